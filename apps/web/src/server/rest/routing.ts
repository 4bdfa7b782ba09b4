import type { Endpoint, Method } from './endpoint.ts';

/** One line of the table and the ids in the path; the methods there are when the path is known but not so; null. */
export type Found =
  | { readonly endpoint: Endpoint; readonly params: Readonly<Record<string, string>> }
  | { readonly allowed: readonly Method[] }
  | null;

/** @param path with a leading slash, percent-encoded as it came */
export function findEndpoint(table: readonly Endpoint[], method: string, path: string): Found {
  const parts = path.split('/');
  const matches = table.flatMap((endpoint) => {
    const params = match(endpoint.path.split('/'), parts);
    return params ? [{ endpoint, params }] : [];
  });
  // fixed words win over ids, whatever the order of the table
  const fixed = matches.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  const found = fixed.find(({ endpoint }) => endpoint.method === method);
  if (found) return found;
  return matches.length > 0
    ? { allowed: [...new Set(matches.map(({ endpoint }) => endpoint.method))] }
    : null;
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [at, wanted] of pattern.entries()) {
    const part = parts[at] ?? '';
    if (wanted.startsWith('{')) params[wanted.slice(1, -1)] = part;
    else if (wanted !== part) return null;
  }
  return params;
}
