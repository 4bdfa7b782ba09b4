// node build.mjs [folder]: bundles the worker into dist/ or the folder: main.js, inference.js (its child process) and
// cli-models.js.
import path from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;

await build({
  absWorkingDir: here,
  entryPoints: {
    main: 'src/main.ts',
    inference: 'src/inference/inference-main.ts',
    'cli-models': 'src/cli/models.ts',
  },
  outdir: process.argv[2] ?? path.join(here, 'dist'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  // code from npm stays outside: some of it is native, and all of it looks for files beside itself
  plugins: [
    {
      name: 'npm-stays-outside',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
          kind === 'entry-point' || name.startsWith('@maskloop/')
            ? undefined
            : { path: name, external: true },
        );
      },
    },
  ],
  logLevel: 'warning',
});
