import { agreements } from '@maskloop/db';
import { agreementFigures, LIMITS } from '@maskloop/domain';
import { z } from 'zod';
import { inProject, router } from '../trpc.ts';

const Page = z.object({
  cursor: z.string().max(500).nullish(),
  limit: z.number().int().min(1).max(LIMITS.pageSize).default(50),
});

/** DL5: how far two people agree on the images that are labeled twice; for those who may see each person's figures. */
export const agreementRouter = router({
  /** As a whole, by class and by pair of people. */
  summary: inProject('analytics.people').query(async ({ ctx }) => {
    const { sums, classes, pairs, ...rest } = await agreements.summary(ctx.db, ctx.projectId);
    return {
      ...rest,
      ...agreementFigures(sums),
      classes: classes.map((each) => ({ ...each, ...agreementFigures(each) })),
      pairs: pairs.map(({ sums: theirs, ...pair }) => ({ ...pair, ...agreementFigures(theirs) })),
    };
  }),

  /** Compared images, the lowest agreement first. */
  list: inProject('analytics.people')
    .input(Page)
    .query(async ({ ctx, input }) => {
      const { items, ...page } = await agreements.list(ctx.db, input);
      return { ...page, items: items.map((item) => ({ ...item, ...agreementFigures(item.sums) })) };
    }),

  /** Second labelings that are not finished. */
  waiting: inProject('analytics.people')
    .input(Page)
    .query(({ ctx, input }) => agreements.waiting(ctx.db, input)),
});
