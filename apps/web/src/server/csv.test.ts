import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('numbers, dates and nothing stand as they are; text is quoted where it has to be', () => {
  const at = new Date('2026-03-02T10:00:00Z');
  expect(csvLine([1.5, null, true, at, 'plain', 'a "b", c', 'two\nlines'])).toBe(
    '1.5,,true,2026-03-02T10:00:00.000Z,plain,"a ""b"", c","two\nlines"\r\n',
  );
});

test('text that a spreadsheet would run is kept from it, numbers are not', () => {
  expect(csvLine(['=HYPERLINK("x")', '-cup', -1])).toBe(`"'=HYPERLINK(""x"")",'-cup,-1\r\n`);
});
