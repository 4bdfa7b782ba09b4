import { metrics, plantedFigures, projects, verdictFigures } from '@maskloop/db';
import { DIMENSIONS, FiguresFilter, shareOf, summedTally, type TallyOfPerson } from '@maskloop/domain';
import { inProject, router } from '../trpc.ts';
import { demandSight } from '../usecases/demand-sight.ts';

export const analyticsRouter = router({
  /** AN1, AN2: the figures as a whole and by every dimension, and what was left of the proposals. */
  figures: inProject('analytics.own')
    .input(FiguresFilter)
    .query(async ({ ctx, input }) => {
      const { scope, people } = demandSight(ctx, input);
      const dimensions = DIMENSIONS.filter((dimension) => dimension !== 'person' || people);
      const [rows, histogram] = await Promise.all([
        metrics.figuresBy(ctx.db, scope, dimensions),
        metrics.iouHistogram(ctx.db, scope),
      ]);
      const names = await metrics.namesOf(ctx.db, rows);
      return {
        dimensions,
        rows: rows.map((row) => ({ ...row, name: row.key === null ? null : (names.get(row.key) ?? null) })),
        histogram,
      };
    }),

  /** PP6: how many planted proposals were caught; by person, and how many are waiting, for who may see people. */
  planted: inProject('analytics.own')
    .input(FiguresFilter)
    .query(async ({ ctx, input }) => {
      const { scope, people } = demandSight(ctx, input);
      const [{ plantedShare }, rows, waiting] = await Promise.all([
        projects.settingsOf(ctx.db, ctx.projectId),
        plantedFigures.byPerson(ctx.db, scope),
        people ? plantedFigures.waiting(ctx.db, ctx.projectId) : null,
      ]);
      return {
        isOn: plantedShare > 0,
        ...sharesOf(rows, people),
        waiting,
      };
    }),

  /** AN4: how many images were accepted by the first verdict on them; by person, for who may see people. */
  verdicts: inProject('analytics.own')
    .input(FiguresFilter)
    .query(async ({ ctx, input }) => {
      const { scope, people } = demandSight(ctx, input);
      return sharesOf(await verdictFigures.byPerson(ctx.db, scope), people);
    }),
});

function sharesOf(rows: readonly TallyOfPerson[], people: boolean) {
  return {
    whole: shareOf(summedTally(rows)),
    people: people
      ? rows.map(({ personId, name, ...tally }) => ({ personId, name, ...shareOf(tally) }))
      : null,
  };
}
