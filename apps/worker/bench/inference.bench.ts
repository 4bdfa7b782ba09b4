// What a picture and a click cost on onnxruntime-node, with the embedded model: unpacking, resizing, encoder, decoder
// for batches of prompts. npm run bench -- inference
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  encodeEmbedding,
  encoderInput,
  ModelManifest,
  type PromptRequest,
  pixels,
  toDecoderPrompt,
} from '@maskloop/sam-core';
import sharp from 'sharp';
import { loadEngine } from '../src/inference/ort-node-engine.ts';
import { readPixels } from '../src/inference/read-pixels.ts';

const MODEL = path.join(import.meta.dirname, '../../../models/embedded');
const SIZE = { width: 1800, height: 1200 };

/** Median and smallest of `runs` calls, milliseconds. */
async function timed(runs: number, work: () => unknown): Promise<{ median: number; best: number }> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)] ?? Number.NaN, best: times[0] ?? Number.NaN };
}

const line = (name: string, { median, best }: { median: number; best: number }, per = 1): void =>
  console.log(
    `${name.padEnd(46)} median ${(median / per).toFixed(2).padStart(9)} ms   best ${(best / per).toFixed(2).padStart(9)} ms`,
  );

const data = new Uint8Array(SIZE.width * SIZE.height * 3);
for (let i = 0; i < data.length; i++) data[i] = (((i * 2_654_435_761) >>> 24) & 0x3f) | ((i >> 12) & 0xc0);
const picture = pixels(data, SIZE);
const jpeg = await sharp(data, { raw: { ...SIZE, channels: 3 } })
  .jpeg({ quality: 90 })
  .toBuffer();

const manifest = ModelManifest.parse(JSON.parse(await readFile(path.join(MODEL, 'manifest.json'), 'utf8')));
const paths = { encoder: path.join(MODEL, 'encoder.onnx'), decoder: path.join(MODEL, 'decoder.onnx') };

console.log(`${manifest.id}, side ${manifest.side}, picture ${SIZE.width} x ${SIZE.height}`);
line('JPEG to pixels', await timed(9, () => readPixels(jpeg, 1e8)));
line('resize and normalise', await timed(9, () => encoderInput(picture, manifest)));

for (const threads of [1, 2, 4]) {
  const engine = await loadEngine(manifest, paths, { providers: ['cpu'], threads });
  const embedding = await engine.encode(picture);
  console.log(
    `-- ${threads} thread${threads > 1 ? 's' : ''}, embedding ${encodeEmbedding(embedding).length} bytes`,
  );
  line('resize, normalise, encoder', await timed(11, () => engine.encode(picture)));
  for (const batch of [1, 8, 64]) {
    const prompts: PromptRequest[] = Array.from({ length: batch }, (_, i) => ({
      points: [{ x: (i * 131) % SIZE.width, y: (i * 197) % SIZE.height, label: 'foreground' as const }],
      box: null,
    }));
    const tensors = toDecoderPrompt(prompts, manifest, SIZE);
    await engine.decode(embedding, tensors);
    const times = await timed(batch === 64 ? 5 : 15, () => engine.decode(embedding, tensors));
    line(`decoder, ${batch} prompt${batch > 1 ? 's' : ''} a call: per prompt`, times, batch);
  }
  await engine.close();
}
