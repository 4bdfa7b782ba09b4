import { parseArgs } from 'node:util';

export const HELP = `Maskloop: start everything from this clone.

  npm start                     install, set up, build what changed, start web and worker
  npm run dev                   the same with hot reload

  npm start -- --port 4000      first port to try (default: PORT, else 3000); taken ones are stepped over
  npm start -- --reset-demo     remove the demo project and seed it anew; your own projects stay
  npm start -- --help

Everything it writes lies in .maskloop/ (database, blobs, logs, secrets); as root with a clone that other
users cannot enter, the database lies in /var/lib/maskloop. Settings come from the environment or a .env file,
see .env.example: DATABASE_URL, REDIS_URL and S3_* use servers of your own instead.
Ctrl-C stops what it started.`;

/**
 * @param {readonly string[]} argv
 * @returns {{ help: boolean, dev: boolean, resetDemo: boolean, port?: number }}
 * @throws {Error} in words for the terminal
 */
export function parseStartOptions(argv) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      dev: { type: 'boolean', default: false },
      'reset-demo': { type: 'boolean', default: false },
      port: { type: 'string', short: 'p' },
    },
  });
  const options = { help: values.help, dev: values.dev, resetDemo: values['reset-demo'] };
  if (values.port === undefined) return options;
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
    throw new Error(`--port must be a whole number from 1 to 65535, but is "${values.port}"`);
  }
  return { ...options, port };
}
