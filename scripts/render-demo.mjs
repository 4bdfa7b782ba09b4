// Renders the demo project's pictures and masks: npm run render-demo -- --help
// A launcher only, so that it runs on a plain Node: the work is TypeScript in packages/demo-scenes, run by tsx.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../packages/demo-scenes/src/cli/render.ts', import.meta.url));
const child = spawn(process.execPath, ['--import', 'tsx', cli, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
child.on('error', (error) => {
  process.stderr.write(`Could not start ${process.execPath}: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
