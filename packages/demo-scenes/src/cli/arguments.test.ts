import { describe, expect, test } from 'vitest';
import { ArgumentError, readArguments } from './arguments.ts';

describe('readArguments', () => {
  test('the defaults render all pictures at 1280 pixels', () => {
    expect(readArguments([])).toMatchObject({ out: 'demo', count: 12, seed: 1, width: 1280, samples: 6 });
  });

  test('what is given is taken', () => {
    const args = [
      '--out',
      'there',
      '--count',
      '3',
      '--seed',
      '9',
      '--width',
      '640',
      '--samples',
      '2',
      '--workers',
      '1',
    ];
    expect(readArguments(args)).toEqual({
      out: 'there',
      count: 3,
      seed: 9,
      width: 640,
      samples: 2,
      workers: 1,
    });
  });

  test('--help asks for help whatever else is there', () => {
    expect(readArguments(['--help', '--count', '0'])).toBe('help');
  });

  test.each([
    [['--count', '0'], '--count must be a whole number from 1 to 12, got "0"'],
    [['--count', '13'], '--count must be a whole number from 1 to 12, got "13"'],
    [['--width', '63'], '--width must be a whole number from 64 to 4096, got "63"'],
    [['--width', '1e3'], '--width must be a whole number from 64 to 4096, got "1e3"'],
    [['--seed', '1.5'], '--seed must be a whole number from 0 to 4294967295, got "1.5"'],
    [['--samples', ''], '--samples must be a whole number from 1 to 64, got ""'],
    [['--workers', '65'], '--workers must be a whole number from 1 to 64, got "65"'],
    [['--out', ' '], '--out must name a folder, got an empty text'],
  ])('%j is refused with field, limit and value', (args, message) => {
    expect(() => readArguments(args)).toThrow(new ArgumentError(message));
  });

  test.each([[['--colour', 'red']], [['--count']], [['picture']]])('%j is refused', (args) => {
    expect(() => readArguments(args)).toThrow(ArgumentError);
  });
});
