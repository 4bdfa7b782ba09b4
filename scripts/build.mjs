#!/usr/bin/env node
// Builds web and worker ready to run, as `npm start` does before it starts them. The Dockerfile uses it.
import { buildIfNeeded } from './lib/build.mjs';
import { complain, timed } from './lib/say.mjs';

try {
  await buildIfNeeded({ timed });
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
