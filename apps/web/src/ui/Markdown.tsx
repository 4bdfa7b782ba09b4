import { Table, Typography } from '@mantine/core';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';

/** The page owns h1 and the card h2, so a text's own headings start at h3. */
const COMPONENTS: Components = {
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  table: ({ children }) => <Table withTableBorder>{children}</Table>,
  a: ({ href, children }) =>
    liesBeside(href) ? (
      children
    ) : (
      <a href={href} target="_blank" rel="noreferrer">
        {children}
      </a>
    ),
};

/** A file beside the text in its repository (`sheet.jpg`): a card names some, and nobody serves them here. */
const liesBeside = (address: string | undefined): boolean =>
  address !== undefined && !/^([a-z][a-z0-9+.-]*:|[/#?])/i.test(address);

/** Text written by people, as Markdown; HTML in it is shown as text. */
export function Markdown({ children }: { children: string }) {
  return (
    <Typography fz="sm">
      <ReactMarkdown components={COMPONENTS} remarkPlugins={[remarkGfm]}>
        {children}
      </ReactMarkdown>
    </Typography>
  );
}
