// What an operator reads about the variables, written from the same table the programs read.
import { type About, VARIABLES } from './variables.ts';

const rows = () => Object.entries(VARIABLES) as [string, About][];

/** The text of `.env.example`: every variable, commented out unless it has to be set. */
export function renderEnvExample(): string {
  const lines = [
    '# Written by `npm run env-docs` from packages/config/src/variables.ts; change it there.',
    '# Copy to .env to set variables for `npm start`; nothing here has to be set for it.',
  ];
  let group = '';
  for (const [name, about] of rows()) {
    if (about.group !== group) {
      group = about.group;
      lines.push('', `# ---- ${group} ----`);
    }
    lines.push('', ...wrapped(about.description, 110).map((line) => `# ${line}`));
    const facts = [
      about.unit && `Unit: ${about.unit}.`,
      about.default === undefined ? 'Default: unset.' : `Default: ${about.default}`,
    ];
    lines.push(`# ${facts.filter(Boolean).join(' ')}`, `# ${name}=${about.default ?? about.example ?? ''}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The table of the README, as Markdown. */
export function renderEnvTable(): string {
  const cell = (value: string) => value.replaceAll('|', '\\|');
  const lines = ['| Variable | Default | Unit | What it does |', '| --- | --- | --- | --- |'];
  for (const [name, about] of rows()) {
    const value = about.default === undefined ? '' : `\`${about.default}\``;
    lines.push(`| \`${name}\` | ${value} | ${cell(about.unit ?? '')} | ${cell(about.description)} |`);
  }
  return lines.join('\n');
}

function wrapped(sentence: string, width: number): string[] {
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
