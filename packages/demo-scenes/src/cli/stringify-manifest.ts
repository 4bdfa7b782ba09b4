import type { DemoManifest } from '../index.ts';

/**
 * The text of `scenes.json`: one class and one object a line, so that it can be read and a change shows as a line
 * in a diff; spaced as the project's formatter wants it.
 */
export function stringifyManifest(manifest: DemoManifest): string {
  const { classes, pictures, ...head } = manifest;
  const pictureTexts = pictures.map(({ masks, objects, ...rest }) =>
    braces(
      [
        ...fields(rest),
        `"masks": ${braces(fields(masks), 6)}`,
        `"objects": ${lines('[', objects.map(inline), ']', 6)}`,
      ],
      4,
    ),
  );
  const all = [
    ...fields(head),
    `"classes": ${lines('[', classes.map(inline), ']', 2)}`,
    `"pictures": ${lines('[', pictureTexts, ']', 2)}`,
  ];
  return `${braces(all, 0)}\n`;
}

const fields = (record: object): string[] =>
  Object.entries(record).map(([key, value]) => `${JSON.stringify(key)}: ${inline(value)}`);

const braces = (items: readonly string[], indent: number): string => lines('{', items, '}', indent);

function lines(open: string, items: readonly string[], close: string, indent: number): string {
  const pad = ' '.repeat(indent);
  return `${open}\n${items.map((item) => `${pad}  ${item}`).join(',\n')}\n${pad}${close}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{ ${fields(value).join(', ')} }`;
  return JSON.stringify(value);
}
