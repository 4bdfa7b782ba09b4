import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CLASSES, DEMO_FORMAT, type DemoManifest, type DemoPicture, SCENES } from '../index.ts';
import { ArgumentError, HELP, type RenderArguments, readArguments } from './arguments.ts';
import type { PictureDone, PictureJob } from './picture-worker.ts';
import { stringifyManifest } from './stringify-manifest.ts';

/** Renders the pictures of the demo project: reads the command line, shares the pictures out to threads, writes the list. */
async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args === 'help') {
    process.stdout.write(HELP);
    return;
  }
  await mkdir(join(args.out, 'images'), { recursive: true });
  await mkdir(join(args.out, 'masks'), { recursive: true });
  const began = performance.now();
  const pictures = await renderAll(args);
  const manifest: DemoManifest = {
    format: DEMO_FORMAT,
    title: 'Still life',
    licence: 'CC0-1.0',
    attribution: 'Rendered by the Maskloop project with its own ray marcher; no third-party material.',
    generator: { script: 'scripts/render-demo.mjs', seed: args.seed, samples: args.samples },
    classes: usedClasses(pictures),
    pictures,
  };
  const path = join(args.out, 'scenes.json');
  await writeFile(path, stringifyManifest(manifest));
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${pictures.length} pictures in ${seconds} s: ${relative('.', path)}\n`);
}

async function renderAll(args: RenderArguments): Promise<DemoPicture[]> {
  const pictures: DemoPicture[] = new Array(args.count);
  let next = 0;
  const runThread = async () => {
    while (next < args.count) {
      const index = next++;
      const { picture, seconds, bytes } = await renderOne({ index, ...args });
      pictures[index] = picture;
      process.stdout.write(
        `${picture.name}: ${picture.width} x ${picture.height}, ${picture.objects.length} masks, ` +
          `${Math.round(bytes / 1024)} KB, ${seconds.toFixed(0)} s\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(args.workers, args.count) }, runThread));
  return pictures;
}

function renderOne(job: PictureJob): Promise<PictureDone> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./start-worker.mjs', import.meta.url), { workerData: job });
    worker.once('message', (done: PictureDone) => resolve(done));
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code !== 0) reject(new Error(`The thread for ${SCENES[job.index]?.name} ended with code ${code}`));
    });
  });
}

function usedClasses(pictures: readonly DemoPicture[]): DemoManifest['classes'] {
  const used = new Set(pictures.flatMap(({ objects }) => objects.map((object) => object.class as string)));
  return CLASSES.filter(({ name }) => used.has(name));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ArgumentError)) throw error;
  process.stderr.write(`${error.message}\nSee --help.\n`);
  process.exitCode = 2;
}
