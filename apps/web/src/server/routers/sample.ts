import { type Db, projects, type SampleItem, samples } from '@maskloop/db';
import {
  DomainError,
  estimateShare,
  isHumanCorrected,
  LIMITS,
  proposalFloor,
  QUALITY_LEVELS,
  SAMPLE_UNITS,
  SAMPLE_VERDICTS,
  SampleInput,
  type SampleVerdict,
} from '@maskloop/domain';
import { parseRle, rleIou } from '@maskloop/sam-core';
import { z } from 'zod';
import { inProject, onSample, router } from '../trpc.ts';

const Place = z.object({ place: z.number().int().min(1).max(10_000_000) });

export const sampleRouter = router({
  /** What a sample would be drawn from now; null: the stage shows no proposals. */
  strata: inProject('sample.judge')
    .input(z.object({ unit: z.enum(SAMPLE_UNITS) }))
    .query(async ({ ctx, input }) => {
      const { floor } = await shownIn(ctx.db, ctx.projectId);
      return floor && samples.strataNow(ctx.db, { projectId: ctx.projectId, unit: input.unit, floor });
    }),

  draw: inProject('sample.draw')
    .input(SampleInput)
    .mutation(async ({ ctx, input }) => {
      const { stage, floor } = await shownIn(ctx.db, ctx.projectId);
      if (!floor) {
        throw new DomainError('INVALID_TRANSITION', 'In this stage there are no proposals to sample.', {
          stage,
        });
      }
      return samples.draw(ctx.db, { ...input, stage, floor, createdById: ctx.user.id });
    }),

  /** Newest first, each with what is known of it so far. */
  list: inProject('sample.judge')
    .input(
      z.object({
        cursor: z.number().int().nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(10),
      }),
    )
    .query(async ({ ctx, input }) => {
      const page = await samples.list(ctx.db, {
        projectId: ctx.projectId,
        before: input.cursor ?? null,
        limit: input.limit,
      });
      return {
        items: await Promise.all(page.samples.map((sample) => withEstimates(ctx.db, sample))),
        nextCursor: page.next,
      };
    }),

  get: onSample('sample.judge').query(async ({ ctx, input }) => {
    const sample = await samples.get(ctx.db, input.sampleId);
    if (!sample) throw new DomainError('NOT_FOUND', 'There is no such sample.');
    const [known, firstOpen] = await Promise.all([
      withEstimates(ctx.db, sample),
      samples.firstOpen(ctx.db, sample.id),
    ]);
    return { ...known, firstOpen };
  }),

  item: onSample('sample.judge')
    .input(Place)
    .query(async ({ ctx, input }) => {
      const item = await demandItem(ctx.db, input.sampleId, input.place);
      return { ...item, correctionIou: correctionIou(item) };
    }),

  /** QS3: says what a sampled mask is worth, or takes that back. Changes no mask. */
  judge: onSample('sample.judge')
    .meta({ audit: false })
    .input(Place.extend({ verdict: z.enum(SAMPLE_VERDICTS).nullable() }))
    .mutation(async ({ ctx, input: { sampleId, place, verdict } }) => {
      const item = await demandItem(ctx.db, sampleId, place);
      const iou = verdict === 'corrected' ? correctionIou(item) : null;
      if (verdict === 'corrected' && iou === null) {
        throw new DomainError(
          'INVALID_TRANSITION',
          'Nobody has corrected this mask yet: open it in the editor first.',
        );
      }
      await samples.setVerdict(ctx.db, { sampleId, place }, { verdict, iou, userId: ctx.user.id });
    }),
});

/** ST1: the stage and what its proposals reach. */
async function shownIn(db: Db, projectId: string) {
  const project = await projects.get(db, projectId);
  if (!project) throw new DomainError('NOT_FOUND', 'There is no such project.');
  return { stage: project.stage, floor: proposalFloor(project.stage, project) };
}

async function demandItem(db: Db, sampleId: string, place: number): Promise<SampleItem> {
  const item = await samples.item(db, sampleId, place);
  if (!item) throw new DomainError('NOT_FOUND', 'There is no such mask in this sample.');
  return item;
}

/** IoU of the sampled proposal with what people made of it since; null: nobody changed its pixels. */
function correctionIou({ image, proposal, now }: SampleItem): number | null {
  if (!now || !isHumanCorrected(now.origin)) return null;
  const rleOf = (counts: string) => parseRle({ size: [image.height, image.width], counts });
  return rleIou(rleOf(proposal.counts), rleOf(now.counts));
}

async function withEstimates(db: Db, sample: samples.QualitySample) {
  const { total, items } = await samples.judged(db, sample);
  const verdicts = Object.fromEntries(
    SAMPLE_VERDICTS.map((verdict) => [verdict, items.filter((item) => item.verdict === verdict).length]),
  ) as Record<SampleVerdict, number>;
  return {
    ...sample,
    total,
    judged: items.length,
    verdicts,
    // QS4
    estimates: QUALITY_LEVELS.map(({ iou, paperShare }) => ({
      iou,
      paperShare,
      estimate: estimateShare(sample.strata, items, iou),
    })),
    strata: sample.strata.map((stratum, at) => ({
      ...stratum,
      judged: items.filter((item) => item.stratum === at).length,
      estimate: estimateShare(
        sample.strata.map((each, place) => (place === at ? each : { ...each, masks: 0 })),
        items.filter((item) => item.stratum === at),
        QUALITY_LEVELS[0].iou,
      ),
    })),
  };
}
