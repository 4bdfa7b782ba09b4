import { SingleBar } from 'cli-progress';

/** What a command tells: one JSON value for programs, or lines and bars for people. Bars go to stderr. */
export class Output {
  readonly json: boolean;

  constructor({ json }: { json: boolean }) {
    this.json = json;
  }

  /** The result, once. */
  result(value: unknown, lines: readonly string[]): void {
    process.stdout.write(
      this.json ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''),
    );
  }

  /** For people only, on the way. */
  note(line: string): void {
    if (!this.json) process.stderr.write(`${line}\n`);
  }

  /** A bar where somebody watches, else nothing. */
  bar(what: string, total: number): Bar {
    if (this.json || !process.stderr.isTTY) return { add: () => {}, set: () => {}, end: () => {} };
    const bar = new SingleBar({
      format: `${what} {bar} {percentage}% | {value}/{total} | {eta_formatted}`,
      stream: process.stderr,
      hideCursor: true,
      etaBuffer: 50,
    });
    bar.start(total, 0);
    return {
      add: (amount) => bar.increment(amount),
      set: (value) => bar.update(value),
      end: () => bar.stop(),
    };
  }
}

export interface Bar {
  add(amount: number): void;
  set(value: number): void;
  end(): void;
}

/** Columns side by side, as wide as what is in them. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
