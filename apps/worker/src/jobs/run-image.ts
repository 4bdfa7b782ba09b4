import {
  classes,
  type Db,
  images,
  inTransaction,
  type NewProposal,
  projects,
  proposals,
  type RunRow,
  runs,
} from '@maskloop/db';
import {
  classByText,
  DUPLICATE_IOU,
  dryRunParameters,
  iouOf,
  isRunOver,
  pixelMask,
  type RunItemState,
  type RunText,
  uncertaintyOf,
} from '@maskloop/domain';
import { type Outcome, type Payload, publish } from '@maskloop/jobs';
import type { Size } from '@maskloop/sam-core';
import { blobKeys } from '@maskloop/storage';
import type { JobContext } from '../context.ts';
import { ensureEmbedding, loadModel, type PictureRow } from '../embed.ts';
import { plantAmong } from '../plant.ts';
import { advanceRun } from '../run-progress.ts';
import { sharesOf } from '../text.ts';

/**
 * One image of a run: embedding, proposals, one transaction. The item's row says whether it was done, and changes with
 * the masks, so doing it again does nothing (RN3).
 */
export async function runImage(payload: Payload<'run.image'>, context: JobContext): Promise<Outcome> {
  const { runId, imageId } = payload;
  const { db } = context;
  const run = await runs.row(db, runId);
  if (run === null) return { skipped: 'the run is gone' };
  const end = async (state: Exclude<RunItemState, 'pending'>, error: string) => {
    await runs.endItem(db, payload, { state, error });
    await advanceRun(context, run);
  };
  context.whenFailed(async ({ message, cancelled }) => {
    if (!cancelled) return end('failed', message);
    // the run's end, or the job's alone; a run that goes on again has a new job for the image by now
    await runs.followJobs(db, runId);
    await advanceRun(context, run);
  });
  if (isRunOver(run.state)) return { skipped: 'the run is over' };
  const image = await images.forBlob(db, imageId);
  if (image === null) {
    await end('cancelled', 'the image was deleted');
    return { skipped: 'the image was deleted' };
  }

  const started = performance.now();
  const model = await loadModel(context, run.modelVersionId);
  const { storageKey } = await ensureEmbedding(context, image, model);
  const found = run.kinds.includes('propose')
    ? await search(context, { run, image, storageKey, manifest: model.manifest })
    : null;
  const classed = found && run.text ? await withClasses(context, { found, text: run.text, image }) : found;
  const ms = performance.now() - started;
  const written = await inTransaction(db, async (tx) => {
    const locked = await runs.lockItem(tx, runId, imageId);
    if (locked?.item !== 'pending' || isRunOver(locked.run)) return null;
    if (classed === null || run.dryRun) {
      const preview = classed?.map(({ box: _, ...proposal }) => proposal) ?? null;
      await runs.endItem(tx, payload, { state: 'done', ms, proposals: classed?.length ?? null, preview });
      return classed?.length ?? 0;
    }
    const superseded = await proposals.supersede(tx, imageId, runId);
    const found = await withLiveClasses(tx, run, classed);
    const people = await proposals.ofPeople(tx, imageId);
    const fresh = withoutDuplicates(found, people, image);
    const wrong = await plantAmong(tx, fresh, { run, image, known: [...found, ...people] });
    const stage = (await projects.stageOf(tx, run.projectId)) ?? 'assisted-manual';
    await proposals.add(tx, { imageId, runId, modelVersionId: model.id, stage }, [...fresh, ...wrong]);
    await proposals.setUncertainty(tx, imageId, uncertaintyOf(classed));
    await runs.endItem(tx, payload, { state: 'done', ms, proposals: fresh.length });
    if (superseded + fresh.length > 0) {
      await publish(tx, run.projectId, { type: 'masks.changed', imageId, byUserId: null, tabId: null });
    }
    return fresh.length;
  });
  if (written === null) return { skipped: 'the image was finished meanwhile' };
  context.log.info(
    { image: image.name, found: classed?.length, proposals: written, ms: Math.round(ms) },
    'run',
  );
  await advanceRun(context, run);
  return undefined;
}

async function search(
  context: JobContext,
  place: {
    run: RunRow;
    image: PictureRow;
    storageKey: string;
    manifest: Parameters<JobContext['inference']['propose']>[0];
  },
): Promise<readonly NewProposal[]> {
  const { store, inference, signal, progress } = context;
  const { run, image, storageKey, manifest } = place;
  const { preset: _, ...options } = run.dryRun ? dryRunParameters(run.parameters) : run.parameters;
  const { proposals: found, peakBytes } = await inference.propose(
    manifest,
    {
      embedding: await store.getBytes(storageKey),
      // the whole image is encoded already; its crops are not
      image: options.cropNLayers > 0 ? await store.getBytes(blobKeys.original(image.sha256)) : null,
    },
    options,
    { signal, onProgress: (fraction) => progress(0.1 + (run.text ? 0.5 : 0.9) * fraction) },
  );
  context.log.debug({ peakMegabytes: Math.round(peakBytes / 1e6) }, 'inference');
  return found;
}

/** TX4: each proposal with what fits it best, and the class where that fits well enough. */
async function withClasses(
  context: JobContext,
  { found, text, image }: { found: readonly NewProposal[]; text: RunText; image: PictureRow },
): Promise<readonly NewProposal[]> {
  const shares = await sharesOf(context, {
    textModelId: text.textModelId,
    phrases: text.phrases.map(({ phrase }) => phrase),
    masks: found.map(({ counts }) => counts),
    imageSha256: image.sha256,
    onProgress: (fraction) => context.progress(0.6 + 0.4 * fraction),
  });
  return found.map((proposal, i) => {
    const { classId, match } = classByText(shares[i] ?? [], text);
    return { ...proposal, classId, text: match };
  });
}

/** A class may have been deleted since the run was ordered: nothing gets it any more. */
async function withLiveClasses(
  tx: Db,
  run: RunRow,
  found: readonly NewProposal[],
): Promise<readonly NewProposal[]> {
  if (run.text === null) return found;
  const live = new Set(
    (await classes.list(tx, run.projectId)).filter(({ deleted }) => !deleted).map(({ id }) => id),
  );
  return found.map((proposal) =>
    proposal.classId && live.has(proposal.classId) ? proposal : { ...proposal, classId: null },
  );
}

/** RN4: what repeats a mask that a person made, judged or removed is left out. */
function withoutDuplicates(
  found: readonly NewProposal[],
  people: readonly { readonly counts: string }[],
  image: Size,
): readonly NewProposal[] {
  if (people.length === 0) return found;
  const known = people.map(({ counts }) => pixelMask(counts, image));
  return found.filter(({ counts }) => {
    const mask = pixelMask(counts, image);
    return known.every((other) => iouOf(mask, other) <= DUPLICATE_IOU);
  });
}
