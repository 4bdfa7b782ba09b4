/** How the command ends; scripts can tell these apart. */
export const EXIT = { done: 0, failed: 1, usage: 2, denied: 3, unreachable: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure with a message for people and a code for scripts. Anything else is a bug and shows its stack. */
export class Failure extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
