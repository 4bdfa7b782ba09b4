/** Next calls this once when a server starts. */
export function register(): void {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  // Whoever read the output is gone. Every further line would fail, be reported and fail again, at full load.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => process.exit(1));
}
