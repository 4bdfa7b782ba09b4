import 'server-only';
import { type DbClient, models, runEstimates, workers } from '@maskloop/db';
import { DomainError, type RunInput } from '@maskloop/domain';
import { amgPrompts } from '@maskloop/sam-core';

/** Bytes of a proposal's rows and their share of the indexes, besides its run-length code (`npm run bench -- propose`). */
const BYTES_PER_PROPOSAL = 950;

export interface RunEstimate {
  readonly images: number;
  /** of these, how many have the embedding already */
  readonly withEmbedding: number;
  /** prompts that the generator asks per image */
  readonly promptsPerImage: number;
  /** by one worker, from what runs with this model took; null: none has run yet */
  readonly secondsPerImage: number | null;
  readonly proposalsPerImage: number | null;
  /** workers that serve runs now */
  readonly workers: number;
  /** for all images, with these workers */
  readonly seconds: number | null;
  readonly bytes: {
    /** in the object store; null where no picture was encoded with this model yet */
    readonly embeddings: number | null;
    /** in the database */
    readonly proposals: number | null;
  };
}

/** What a run would take, as far as earlier runs with its model tell. @throws DomainError NOT_FOUND */
export async function estimateRun(
  { db, projectId }: { readonly db: DbClient; readonly projectId: string },
  order: Pick<RunInput, 'modelVersionId' | 'kinds' | 'scope' | 'parameters'>,
): Promise<RunEstimate> {
  const model = await models.get(db, order.modelVersionId);
  if (!model) throw new DomainError('NOT_FOUND', 'modelVersionId names no model version.');
  const encoder = { modelVersionId: model.id, encoderSha256: model.encoderSha256 };
  const [figures, measured, listed] = await Promise.all([
    runEstimates.scopeFigures(db, projectId, order.scope, encoder),
    runEstimates.measuredItems(db, model.id),
    workers.list(db),
  ]);
  const proposes = order.kinds.includes('propose');
  const promptsPerImage = proposes ? amgPrompts(order.parameters) : 0;
  const alike = measured.filter(({ propose }) => propose === proposes);
  // the decoder takes most of the time, and takes as long for each prompt
  const milliseconds = median(
    alike.map(({ ms, parameters }) => (proposes ? (ms / amgPrompts(parameters)) * promptsPerImage : ms)),
  );
  const secondsPerImage = milliseconds === null ? null : milliseconds / 1000;
  const proposalsPerImage = proposes ? mean(alike.map(({ proposals }) => proposals ?? 0)) : 0;
  const countsLength = mean(alike.flatMap(({ countsLength: length }) => length ?? []));
  const serving = listed.filter(({ alive, queues }) => alive && queues.includes('propose')).length;
  return {
    images: figures.images,
    withEmbedding: figures.withEmbedding,
    promptsPerImage,
    secondsPerImage,
    proposalsPerImage,
    workers: serving,
    seconds: secondsPerImage && serving > 0 ? (secondsPerImage * figures.images) / serving : null,
    bytes: {
      embeddings:
        figures.embeddingBytes &&
        Math.round(figures.embeddingBytes * (figures.images - figures.withEmbedding)),
      proposals:
        proposalsPerImage === null
          ? null
          : Math.round(proposalsPerImage * figures.images * (BYTES_PER_PROPOSAL + (countsLength ?? 0))),
    },
  };
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
