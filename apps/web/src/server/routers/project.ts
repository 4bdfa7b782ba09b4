import { classes, inTransaction, members, metrics, models, projects, users } from '@maskloop/db';
import { DomainError, LabelClassInput, LIMITS, ProjectInput } from '@maskloop/domain';
import { z } from 'zod';
import { globally, inProject, router, signedIn } from '../trpc.ts';
import { requestMissingEmbeddings } from '../usecases/request-embeddings.ts';

export const projectRouter = router({
  list: signedIn.query(({ ctx }) => projects.listFor(ctx.db, ctx.user)),

  create: globally('project.create')
    .input(
      ProjectInput.extend({
        classes: z.array(LabelClassInput).max(LIMITS.classesPerProject).default([]),
        modelVersionId: z.uuid().nullable().default(null),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { classes: labelClasses, modelVersionId, ...project } = input;
      const model = modelVersionId
        ? await models.find(ctx.db, modelVersionId)
        : await models.newestActive(ctx.db);
      if (modelVersionId && !model) {
        throw new DomainError('NOT_FOUND', 'modelVersionId names no model version.');
      }
      const id = await inTransaction(ctx.db, (tx) =>
        projects.create(tx, {
          ...project,
          classes: labelClasses,
          activeModelVersionId: model?.id ?? null,
          leadId: ctx.user.id,
        }),
      );
      return { id };
    }),

  get: inProject('project.view').query(async ({ ctx }) => {
    const [project, labelClasses, activeModel, memberCount] = await Promise.all([
      projects.get(ctx.db, ctx.projectId),
      classes.list(ctx.db, ctx.projectId),
      models.activeOf(ctx.db, ctx.projectId),
      members.count(ctx.db, ctx.projectId),
    ]);
    return { ...project, role: ctx.role, classes: labelClasses, activeModel, memberCount };
  }),

  update: inProject('project.update')
    .input(ProjectInput.partial().extend({ activeModelVersionId: z.uuid().optional() }))
    .mutation(async ({ ctx, input }) => {
      const { projectId, activeModelVersionId, ...changes } = input;
      if (activeModelVersionId && !(await models.find(ctx.db, activeModelVersionId))) {
        throw new DomainError('NOT_FOUND', 'activeModelVersionId names no model version.');
      }
      await projects.update(ctx.db, projectId, { ...changes, activeModelVersionId });
      // MD1: only pictures without an embedding under this encoder are encoded
      if (activeModelVersionId) await requestMissingEmbeddings(ctx, projectId);
    }),

  archive: inProject('project.update').mutation(({ ctx }) => projects.archive(ctx.db, ctx.projectId)),

  overview: inProject('project.view').query(({ ctx }) => metrics.overview(ctx.db, ctx.projectId)),
});

export const memberRouter = router({
  list: inProject('project.view').query(({ ctx }) => members.list(ctx.db, ctx.projectId)),

  add: inProject('project.members')
    .input(
      z.object({
        email: z.email().max(320).toLowerCase(),
        role: z.enum(['lead', 'annotator', 'reviewer']),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const user = await users.findByEmail(ctx.db, input.email);
      if (!user) {
        throw new DomainError(
          'NOT_FOUND',
          `email: nobody has an account with ${input.email}; an admin can make one.`,
        );
      }
      await members.set(ctx.db, ctx.projectId, user.id, input.role);
      return { id: user.id };
    }),

  setRole: inProject('project.members')
    .input(z.object({ userId: z.uuid(), role: z.enum(['lead', 'annotator', 'reviewer']) }))
    .mutation(async ({ ctx, input }) => {
      await demandAnotherLead(ctx, input.userId, input.role === 'lead');
      await members.set(ctx.db, ctx.projectId, input.userId, input.role);
    }),

  remove: inProject('project.members')
    .input(z.object({ userId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      await demandAnotherLead(ctx, input.userId, false);
      await members.remove(ctx.db, ctx.projectId, input.userId);
    }),
});

/** PM3: a project keeps at least one lead. */
async function demandAnotherLead(
  ctx: { db: Parameters<typeof members.list>[0]; projectId: string },
  userId: string,
  staysLead: boolean,
): Promise<void> {
  if (staysLead) return;
  const all = await members.list(ctx.db, ctx.projectId);
  if (!all.some((member) => member.userId === userId)) {
    throw new DomainError('NOT_FOUND', 'This person is no member of the project.');
  }
  if (!all.some((member) => member.role === 'lead' && member.userId !== userId)) {
    throw new DomainError('INVALID_TRANSITION', 'A project keeps at least one lead: name another one first.');
  }
}

export const classRouter = router({
  list: inProject('project.view').query(({ ctx }) => classes.list(ctx.db, ctx.projectId)),

  create: inProject('class.write')
    .input(LabelClassInput)
    .mutation(async ({ ctx, input }) => {
      const { projectId, ...labelClass } = input;
      return { id: await classes.create(ctx.db, projectId, labelClass) };
    }),

  update: inProject('class.write')
    .input(LabelClassInput.partial().extend({ classId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const { projectId, classId, ...changes } = input;
      if (!(await classes.update(ctx.db, projectId, classId, changes))) {
        throw new DomainError('NOT_FOUND', 'There is no such class in this project.');
      }
    }),

  remove: inProject('class.write')
    .input(z.object({ classId: z.uuid() }))
    .mutation(({ ctx, input }) => classes.remove(ctx.db, ctx.projectId, input.classId)),

  reorder: inProject('class.write')
    .input(z.object({ classIds: z.array(z.uuid()).max(LIMITS.classesPerProject) }))
    .mutation(({ ctx, input }) => classes.reorder(ctx.db, ctx.projectId, input.classIds)),
});
