import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { SCENES } from '../index.ts';

/** What the command was asked to do. */
export interface RenderArguments {
  readonly out: string;
  readonly count: number;
  readonly seed: number;
  /** Pixels along the longer side of a 3:2 picture. */
  readonly width: number;
  readonly samples: number;
  readonly workers: number;
}

/** A mistake in what was typed; the message names the field, the limit and the value. */
export class ArgumentError extends Error {}

export const HELP = `Renders the pictures of the demo project with their exact masks.

  npm run render-demo -- [options]

  --out DIR       folder to write to: images/, masks/, scenes.json   (default demo)
  --count N       pictures, 1 to ${SCENES.length}                                  (default ${SCENES.length})
  --seed N        0 to 4294967295; moves what is scattered           (default 1)
  --width N       pixels along the longer side, 64 to 4096           (default 1280)
  --samples N     rays a pixel, 1 to 64                              (default 6)
  --workers N     threads, 1 to 64                                   (default one a core)
  --help          this text
`;

const NUMBERS = {
  count: { low: 1, high: SCENES.length, usual: SCENES.length },
  seed: { low: 0, high: 4294967295, usual: 1 },
  width: { low: 64, high: 4096, usual: 1280 },
  samples: { low: 1, high: 64, usual: 6 },
  workers: { low: 1, high: 64, usual: Math.min(availableParallelism(), 64) },
} as const;

type NumberName = keyof typeof NUMBERS;

/**
 * Reads the command line.
 *
 * @param args what follows the script's name
 * @returns the arguments, or 'help' when they were asked for
 * @throws ArgumentError when something is unknown or out of range
 */
export function readArguments(args: readonly string[]): RenderArguments | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const out = values.out ?? 'demo';
  if (out.trim() === '') throw new ArgumentError('--out must name a folder, got an empty text');
  return {
    out,
    count: readNumber('count', values.count),
    seed: readNumber('seed', values.seed),
    width: readNumber('width', values.width),
    samples: readNumber('samples', values.samples),
    workers: readNumber('workers', values.workers),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        out: { type: 'string' },
        count: { type: 'string' },
        seed: { type: 'string' },
        width: { type: 'string' },
        samples: { type: 'string' },
        workers: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function readNumber(name: NumberName, text: string | undefined): number {
  const { low, high, usual } = NUMBERS[name];
  if (text === undefined) return usual;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new ArgumentError(`--${name} must be a whole number from ${low} to ${high}, got "${text}"`);
  }
  return value;
}
