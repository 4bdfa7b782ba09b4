import { setImmediate } from 'node:timers/promises';
import { maskCrop, type Pixels, parseRle, phraseShares } from '@maskloop/sam-core';
import type { Matched, Requests } from './protocol.ts';
import { readPixels } from './read-pixels.ts';
import type { TextEngine } from './text-engine.ts';

/** Pictures in one call of the image encoder: bounds memory, and how long others wait. */
const BATCH = 8;

/** How well each phrase fits each mask, with a pause after each batch in which other requests are served. */
export async function match(
  engine: TextEngine,
  { manifest, image, maxPixels, masks, phrases }: Requests['match'],
  { signal, report }: { readonly signal: AbortSignal; readonly report: (fraction: number) => void },
): Promise<Matched> {
  const start = performance.now();
  const pixels = await readPixels(image, maxPixels);
  const texts = {
    phrases: await engine.embedPhrases(phrases),
    background: await engine.embedBackground(),
    scale: manifest.logitScale,
  };
  const shares: number[][] = [];
  for (let at = 0; at < masks.length; at += BATCH) {
    signal.throwIfAborted();
    const crops = masks.slice(at, at + BATCH).map((counts) => cropOf(pixels, counts, manifest.image.mean));
    for (const embedding of await engine.embedPictures(crops)) shares.push(phraseShares(embedding, texts));
    report(shares.length / masks.length);
    // a turn of the event loop: messages that came in meanwhile are read, such as "stop"
    await setImmediate();
  }
  return { shares, matchMs: performance.now() - start };
}

function cropOf(pixels: Pixels, counts: string, mean: readonly [number, number, number]): Pixels {
  return maskCrop(pixels, parseRle({ size: [pixels.height, pixels.width], counts }), mean);
}
