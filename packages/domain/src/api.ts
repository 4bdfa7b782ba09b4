import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { Name } from './project.ts';

/**
 * AP1: what a personal token lets a program do, of what its person may do. `read`: look at things and download;
 * `label`: masks, leases, reviews; `manage`: projects, uploads, imports, runs, dataset versions, exports.
 */
export const API_SCOPES = ['read', 'label', 'manage'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** AP1: narrows what the person may do; it never adds to it. */
export function allowsScope(scopes: readonly ApiScope[], needed: ApiScope): boolean {
  return scopes.includes(needed);
}

/** How tokens begin: people and secret scanners know one when they see it. */
export const API_TOKEN_PREFIX = 'maskloop_';

/** What a person gives to make a token. */
export const ApiTokenInput = z.object({
  name: Name,
  scopes: z
    .array(z.enum(API_SCOPES))
    .min(1, 'choose at least one scope')
    .max(API_SCOPES.length)
    .transform((scopes) => API_SCOPES.filter((scope) => scopes.includes(scope))),
  /** null: until it is revoked */
  days: z.number().int().min(1).max(LIMITS.apiTokenDays).nullable(),
});
export type ApiTokenInput = z.infer<typeof ApiTokenInput>;

/** A token as its person sees it: without the secret. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}
