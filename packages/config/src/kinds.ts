// The kinds of values a variable can hold. Each says what it wants; the reader adds the name and what it found.
import { z } from 'zod';

/** Turns text into a value, or says what it must be. `undefined` from `read` means: not acceptable. */
function kind<T>(mustBe: string, read: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `must be ${mustBe}` });
    return z.NEVER;
  });
}

export const integer = (min: number, max: number) =>
  kind(`a whole number from ${min} to ${max}`, (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  });

/** 1/0 too, because many tools write flags so. */
export const flag = () =>
  kind('true or false', (text) => {
    if (/^(true|1|yes)$/i.test(text)) return true;
    return /^(false|0|no)$/i.test(text) ? false : undefined;
  });

export const text = (minLength = 1) =>
  kind(minLength > 1 ? `at least ${minLength} characters long` : 'text', (value) =>
    value.length >= minLength ? value : undefined,
  );

export const url = (...schemes: string[]) =>
  kind(`an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`, (value) =>
    URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)) ? value : undefined,
  );

export const oneOf = <const T extends string>(...values: T[]) =>
  kind(`one of ${values.join(', ')}`, (value) => values.find((candidate) => candidate === value));

/** Comma-separated, order kept. */
export const listOf = <const T extends string>(...values: T[]) =>
  kind(`a comma-separated list of ${values.join(', ')}, each at most once`, (value) => {
    const items = value.split(',').map((item) => item.trim());
    const known = items.flatMap((item) => values.find((candidate) => candidate === item) ?? []);
    return known.length === items.length && new Set(known).size === known.length ? known : undefined;
  });

/** Names this package does not know, such as queues: whoever reads them checks them. */
export const names = () =>
  kind('a comma-separated list of names (lower-case letters, digits, hyphens)', (value) => {
    const items = value.split(',').map((item) => item.trim());
    return items.every((item) => /^[a-z][a-z0-9-]*$/.test(item)) ? items : undefined;
  });
