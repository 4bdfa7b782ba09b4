import { images, imports, inTransaction, type MaskToImport, projects } from '@maskloop/db';
import { type ImportedBox, originAfter } from '@maskloop/domain';
import { type Outcome, type Payload, publish } from '@maskloop/jobs';
import {
  batchPrompts,
  bestCandidate,
  isAmbiguous,
  LogitSampler,
  modelFrame,
  type PromptRequest,
  stabilityOf,
  windowRuns,
} from '@maskloop/sam-core';
import type { JobContext } from '../context.ts';
import { ensureEmbedding, loadModel, type Model } from '../embed.ts';
import { maskIdOf, maskToImport } from '../import/masks-of.ts';
import { MOST_PROBLEMS } from '../import/problems.ts';

/** How far the threshold is moved to see how stable a mask is; the mask generator's default. */
const STABILITY_OFFSET = 1;

/**
 * IM6: boxes of a file, such as a detector's, as prompts of a model: each becomes a proposal with the model's predicted
 * IoU and the detector's confidence. Boxes that were answered before are left alone (IM4).
 */
export async function promptImport(
  { importId, imageId, boxes }: Payload<'import.prompt'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, store, signal } = context;
  const row = await imports.get(db, importId);
  if (row === null || row.promptModelVersionId === null)
    return { skipped: 'the import or its model is gone' };
  const image = await images.forBlob(db, imageId);
  if (image === null) return { skipped: 'the image was deleted' };
  const there = await imports.known(
    db,
    boxes.map(({ source }) => maskIdOf(importId, source)),
  );
  const left = boxes.filter(({ source }) => !there.has(maskIdOf(importId, source)));
  if (left.length === 0) return { skipped: 'all boxes were answered before' };

  const model = await loadModel(context, row.promptModelVersionId);
  const { storageKey } = await ensureEmbedding(context, image, model);
  const { masks, problems } = await decode(context, {
    model,
    image,
    boxes: left,
    importId,
    embedding: await store.getBytes(storageKey),
  });
  signal.throwIfAborted();
  const origin = originAfter(null, 'propose');
  if (origin === null) throw new Error('a proposal can always be new');
  await inTransaction(db, async (tx) => {
    // another attempt of this job may have been faster
    const meanwhile = await imports.known(
      tx,
      masks.map(({ id }) => id),
    );
    const fresh = masks.filter(({ id }) => !meanwhile.has(id));
    const stage = (await projects.stageOf(tx, row.projectId)) ?? 'assisted-manual';
    const of = { importId, imageId, stage, edit: 'propose', origin, modelVersionId: model.id } as const;
    await imports.addMasks(tx, of, fresh);
    await imports.addProblems(tx, importId, problems, MOST_PROBLEMS);
    if (fresh.length > 0) {
      await publish(tx, row.projectId, { type: 'masks.changed', imageId, byUserId: null, tabId: null });
    }
    await publish(tx, row.projectId, { type: 'import', importId, state: row.state, progress: 1 });
  });
  return undefined;
}

interface Asked {
  readonly model: Model;
  readonly image: { readonly width: number; readonly height: number };
  readonly boxes: readonly ImportedBox[];
  readonly importId: string;
  /** file of the picture's embedding */
  readonly embedding: Uint8Array;
}

async function decode(
  { inference, progress, signal }: JobContext,
  { model, image, boxes, importId, embedding }: Asked,
): Promise<{ masks: MaskToImport[]; problems: { where: string; message: string }[] }> {
  const { manifest } = model;
  const { maskThreshold } = manifest.decoder;
  const frame = modelFrame(image, manifest.side, manifest.encoder.fit);
  const sampler = new LogitSampler(frame, manifest.decoder.lowResSide);
  const prompts = boxes.map(
    ({ x0, y0, x1, y1 }): PromptRequest => ({ points: [], box: { x0, y0, x1, y1 }, maskInput: null }),
  );
  const masks: MaskToImport[] = [];
  const problems: { where: string; message: string }[] = [];
  let done = 0;
  for (const batch of batchPrompts(prompts, manifest)) {
    signal.throwIfAborted();
    const asked = batch.flatMap((index) => prompts[index] ?? []);
    const { output } = await inference.decode(manifest, embedding, asked);
    batch.forEach((index, place) => {
      const [box, prompt] = [boxes[index], prompts[index]];
      if (!box || !prompt) return;
      const best = bestCandidate(output, place, isAmbiguous(prompt));
      const { area, high, low, window } = sampler.measure(best.lowRes, {
        threshold: maskThreshold,
        offset: STABILITY_OFFSET,
      });
      if (area === 0) {
        problems.push({ where: box.source, message: 'the model found nothing in the box' });
        return;
      }
      const rle = { width: image.width, height: image.height, counts: windowRuns(window, image) };
      const stability = stabilityOf(high, low);
      const mask = maskToImport(
        {
          source: box.source,
          score: box.score ?? undefined,
          predictedIou: best.iou,
          stability: Number.isFinite(stability) ? stability : undefined,
        },
        { importId, rle, classId: box.classId, parentId: null },
      );
      const { x0, y0, x1, y1 } = box;
      // a detector's box counts as no prompt of a person
      const round = { points: [], box: { x0, y0, x1, y1 }, feedback: false, candidate: best.channel };
      masks.push({ ...mask, prompts: [round] });
    });
    done += batch.length;
    progress(0.2 + (0.8 * done) / prompts.length);
  }
  return { masks, problems };
}
