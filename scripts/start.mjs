#!/usr/bin/env node
// npm start, npm run dev. Nothing from npm may be imported here or below before it is installed.
import { wrongNode } from './lib/install.mjs';
import { HELP, parseStartOptions } from './lib/start-options.mjs';

const wrong = wrongNode();
if (wrong) {
  console.error(wrong);
  process.exit(1);
}

let options;
try {
  options = parseStartOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  process.exit(2);
}
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

const { launch } = await import('./lib/launcher.mjs');
process.exit(await launch(options));
