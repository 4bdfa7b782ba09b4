import { setImmediate } from 'node:timers/promises';
import type { NewProposal } from '@maskloop/db';
import { CloseUp } from '@maskloop/domain';
import { decodeEmbedding, generateMasks, type Proposal, toCocoRle } from '@maskloop/sam-core';
import type { OrtEngine, Provider } from './ort-node-engine.ts';
import type { Proposed, Requests } from './protocol.ts';
import { readPixels } from './read-pixels.ts';

/**
 * Points in one call of the decoder. A processor gains nothing from more (each point costs the same), and small batches
 * let others in between and stop soon; graphics cards want to be fed.
 */
const BATCH: Readonly<Record<Provider, number>> = { cpu: 16, webgpu: 64, cuda: 64 };

/** Embedding → proposals, with a pause after each batch of points in which other requests are served. */
export async function propose(
  engine: OrtEngine,
  { embedding, image, maxPixels, options }: Requests['propose'],
  { signal, report }: { readonly signal: AbortSignal; readonly report: (fraction: number) => void },
): Promise<Proposed> {
  const start = performance.now();
  const pixels = image === null ? null : await readPixels(image, maxPixels);
  const steps = generateMasks(
    engine,
    pixels,
    { ...options, pointsPerBatch: BATCH[engine.provider] },
    { embedding: decodeEmbedding(embedding), signal },
  );
  for (;;) {
    const step = await steps.next();
    if (step.done) {
      return {
        proposals: step.value.flatMap(toNewProposal),
        proposeMs: performance.now() - start,
        peakBytes: process.resourceUsage().maxRSS * 1024,
      };
    }
    report(step.value.done / step.value.total);
    // a turn of the event loop: messages that came in meanwhile are read, such as "stop"
    await setImmediate();
  }
}

/** What is stored of a generated mask; nothing of an empty one. The generator's box has inclusive corners. */
function toNewProposal({
  rle,
  area,
  box,
  predictedIou,
  stabilityScore,
  point,
  channel,
  cropBox,
  cropLayer,
}: Proposal): NewProposal[] {
  if (area === 0) return [];
  // CU1: a crop of fewer pixels is none that the editor could ask for
  const closeUp = cropLayer > 0 ? CloseUp.safeParse(cropBox).data : undefined;
  return [
    {
      counts: toCocoRle(rle).counts,
      area,
      box: { x: box.x0, y: box.y0, width: box.x1 - box.x0 + 1, height: box.y1 - box.y0 + 1 },
      predictedIou,
      stability: Number.isFinite(stabilityScore) ? Math.min(1, stabilityScore) : null,
      point,
      candidate: channel,
      ...(closeUp ? { closeUp } : {}),
    },
  ];
}
