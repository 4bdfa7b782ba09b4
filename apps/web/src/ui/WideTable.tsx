import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface WideTableProps {
  /** what the table holds; names the part that scrolls (a group: one more landmark of that name would confuse) */
  readonly label: string;
  /** CSS pixels below which it scrolls sideways instead of squeezing its columns */
  readonly minWidth: number;
  readonly children: ReactNode;
}

/** Keeps a table readable in narrow windows; the scrolling part can be reached by keyboard. */
export function WideTable({ label, minWidth, children }: WideTableProps) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'group', 'aria-label': label } }}
    >
      {children}
    </Table.ScrollContainer>
  );
}
