/**
 * One line of a CSV file (RFC 4180), with its line end. Text that a spreadsheet would take for a formula gets an
 * apostrophe before it: names come from people and files.
 */
export function csvLine(values: readonly (string | number | boolean | Date | null)[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | boolean | Date | null): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
