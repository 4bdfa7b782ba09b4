import type { z } from 'zod';
import { type About, TOGETHER, VARIABLES, type VariableName } from './variables.ts';

type Table = typeof VARIABLES;
type Always = { default: string } | { required: true };

/** The environment after checking: numbers are numbers, lists are lists, defaults are filled in. */
export type Env = {
  readonly [N in VariableName as N extends 'QUEUE_BACKEND' ? never : N]: Table[N] extends Always
    ? z.output<Table[N]['schema']>
    : z.output<Table[N]['schema']> | undefined;
} & { readonly QUEUE_BACKEND: 'redis' | 'postgres' };

export type WebEnv = Env & { readonly NEXTAUTH_SECRET: string };

/** The operator's mistake, in the operator's words. One line per variable, all of them at once. */
export class EnvError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'EnvError';
    this.problems = problems;
  }
}

/**
 * Reads what both web and worker need.
 *
 * @param source usually `process.env`; an empty value counts as unset, as Compose writes `${NAME:-}` so
 * @throws EnvError naming every variable that is missing or out of its limits
 */
export function loadEnv(source: Record<string, string | undefined>): Env {
  return read(source, []);
}

/** The web server signs sessions, so it cannot run without the secret; a worker needs none. */
export function loadWebEnv(source: Record<string, string | undefined>): WebEnv {
  return read(source, ['NEXTAUTH_SECRET']) as WebEnv;
}

function read(source: Record<string, string | undefined>, alsoRequired: readonly VariableName[]): Env {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};

  for (const [name, about] of Object.entries(VARIABLES) as [VariableName, Table[VariableName] & About][]) {
    const given = source[name]?.trim() || about.default;
    if (given === undefined) {
      values[name] = undefined;
      if (about.required || alsoRequired.includes(name))
        problems.push(`${name} is not set. ${about.description}`);
      continue;
    }
    const result = about.schema.safeParse(given);
    if (result.success) values[name] = result.data;
    else problems.push(`${name} ${result.error.issues[0]?.message}, but is ${shown(given, about)}`);
  }

  for (const group of TOGETHER) {
    const missing = group.filter((name) => values[name] === undefined);
    if (missing.length === 0 || missing.length === group.length) continue;
    // a value that was given and refused has its own line already
    const unset = missing.filter((name) => !source[name]?.trim());
    const set = group.filter((name) => !missing.includes(name));
    if (unset.length > 0)
      problems.push(`${unset.join(' and ')} must be set too, because ${set.join(' and ')} is set`);
  }

  if (values.QUEUE_BACKEND === 'redis' && values.REDIS_URL === undefined && !source.REDIS_URL?.trim()) {
    problems.push('REDIS_URL must be set too, because QUEUE_BACKEND is "redis"');
  }
  values.QUEUE_BACKEND ??= values.REDIS_URL === undefined ? 'postgres' : 'redis';

  if (problems.length > 0) throw new EnvError(problems);
  return Object.freeze(values) as Env; // checked above, field by field
}

function shown(value: string, { secret }: About): string {
  return secret ? `${value.length} characters that are not shown` : JSON.stringify(value);
}
