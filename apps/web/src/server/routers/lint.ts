import { datasets, lint, projects } from '@maskloop/db';
import { DomainError, LIMITS, LINT_RULES, LintPolicy } from '@maskloop/domain';
import { publish } from '@maskloop/jobs';
import { z } from 'zod';
import { inProject, router } from '../trpc.ts';
import { fixFindings, startScan } from '../usecases/lint.ts';

const Subject = z.object({ datasetVersionId: z.uuid().nullable().default(null) });

export const lintRouter = router({
  policy: inProject('project.view').query(
    async ({ ctx }) => (await projects.settingsOf(ctx.db, ctx.projectId)).lint,
  ),

  setPolicy: inProject('project.update')
    .input(z.object({ policy: LintPolicy }))
    .mutation(async ({ ctx, input }) => {
      await projects.updateSettings(ctx.db, ctx.projectId, { lint: input.policy });
      await publish(ctx.db, ctx.projectId, { type: 'project.changed' });
    }),

  /** The newest check of the project's masks, or of a dataset version's; null: never checked. */
  latest: inProject('dataset.view')
    .input(Subject)
    .query(({ ctx, input }) => lint.latestScan(ctx.db, subjectOf(ctx, input))),

  start: inProject('dataset.write')
    .input(Subject)
    .mutation(async ({ ctx, input }) => {
      const { datasetVersionId } = input;
      if (datasetVersionId) {
        const version = await datasets.get(ctx.db, datasetVersionId);
        if (version?.projectId !== ctx.projectId) {
          throw new DomainError('NOT_FOUND', 'There is no such dataset version.');
        }
      }
      return startScan(ctx, datasetVersionId);
    }),

  findings: inProject('dataset.view')
    .input(
      z.object({
        scanId: z.uuid(),
        rule: z.enum(LINT_RULES),
        cursor: z.string().max(500).nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(24),
      }),
    )
    .query(async ({ ctx, input }) => {
      const scan = await lint.getScan(ctx.db, input.scanId);
      if (scan?.projectId !== ctx.projectId) throw new DomainError('NOT_FOUND', 'There is no such check.');
      const { scanId, rule, cursor, limit } = input;
      return lint.findings(ctx.db, scanId, { rule, cursor: cursor ?? undefined, limit });
    }),

  /** LN3: ordinary revisions by the person who asks. */
  fix: inProject('mask.write')
    .input(z.object({ findingIds: z.array(z.uuid()).min(1).max(LIMITS.operationsPerRequest) }))
    .mutation(({ ctx, input }) => fixFindings(ctx, input.findingIds)),
});

function subjectOf(
  { projectId }: { projectId: string },
  { datasetVersionId }: z.infer<typeof Subject>,
): lint.LintSubject {
  return { projectId, datasetVersionId };
}
