import {
  assignments,
  classes,
  type Db,
  embeddings,
  images,
  inTransaction,
  members,
  metrics,
  models,
  planted,
  projects,
  stages,
  users,
} from '@maskloop/db';
import {
  DomainError,
  gateChecks,
  isVeiled,
  LabelClassInput,
  LabelClassPatch,
  LIMITS,
  ProjectInput,
  ProjectPatch,
  StageMove,
  suggestedThresholds,
} from '@maskloop/domain';
import { publish } from '@maskloop/jobs';
import { z } from 'zod';
import { globally, inProject, router, signedIn } from '../trpc.ts';
import { requestMissingEmbeddings } from '../usecases/request-embeddings.ts';

/** Newest moves shown on the stage board; a project moves a few times in its life. */
const STAGE_CHANGES = 50;

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
        ? await models.get(ctx.db, modelVersionId)
        : await models.defaultModel(ctx.db);
      if (modelVersionId && !model) {
        throw new DomainError('NOT_FOUND', 'modelVersionId names no model version.');
      }
      const suited = suggestedThresholds(model?.family ?? '');
      return projects.create(ctx.db, {
        ...project,
        confidentIou: project.confidentIou ?? suited.confidentIou,
        confidentStability: project.confidentStability ?? suited.confidentStability,
        classes: labelClasses,
        activeModelVersionId: model?.id ?? null,
        ownerId: ctx.user.id,
      });
    }),

  get: inProject('project.view').query(async ({ ctx }) => {
    const [project, labelClasses, activeModel] = await Promise.all([
      demandProject(ctx.db, ctx.projectId),
      classes.list(ctx.db, ctx.projectId),
      models.activeOf(ctx.db, ctx.projectId),
    ]);
    return { ...project, role: ctx.role, classes: labelClasses, activeModel };
  }),

  update: inProject('project.update')
    .input(ProjectPatch.extend({ activeModelVersionId: z.uuid().optional() }))
    .mutation(async ({ ctx, input }) => {
      const { projectId, activeModelVersionId, ...changes } = input;
      if (activeModelVersionId && !(await models.get(ctx.db, activeModelVersionId))) {
        throw new DomainError('NOT_FOUND', 'activeModelVersionId names no model version.');
      }
      await inTransaction(ctx.db, async (tx) => {
        await projects.update(tx, projectId, changes);
        if (changes.plantedShare !== 0) return;
        // PP7
        for (const imageId of await planted.takeOut(tx, projectId)) {
          await publish(tx, projectId, { type: 'masks.changed', imageId, byUserId: null, tabId: null });
        }
      });
      if (!activeModelVersionId) return;
      await projects.setActiveModel(ctx.db, projectId, activeModelVersionId);
      // MD1: only pictures without an embedding under this encoder are encoded
      await requestMissingEmbeddings(ctx, projectId);
    }),

  /** ST4: where the project stands, what its gate looks at, and how it came here. */
  stageBoard: inProject('project.view').query(async ({ ctx }) => {
    const [project, figures, history] = await Promise.all([
      demandProject(ctx.db, ctx.projectId),
      stages.gateFigures(ctx.db, ctx.projectId, isVeiled(ctx.role)),
      stages.history(ctx.db, ctx.projectId, STAGE_CHANGES),
    ]);
    const { stage } = project;
    return { stage, checks: gateChecks(stage, project.settings.gates, figures), history };
  }),

  /** ST5 */
  moveStage: inProject('project.advanceStage')
    .input(StageMove)
    .mutation(({ ctx, input: { from, to, reason } }) =>
      inTransaction(ctx.db, async (tx) => {
        await stages.move(tx, { projectId: ctx.projectId, userId: ctx.user.id, from, to, reason });
        await publish(tx, ctx.projectId, { type: 'project.changed' });
      }),
    ),

  archive: inProject('project.update').mutation(({ ctx }) => projects.archive(ctx.db, ctx.projectId)),

  overview: inProject('project.view').query(async ({ ctx }) => {
    const model = await models.activeOf(ctx.db, ctx.projectId);
    const encoder = model && { modelVersionId: model.id, encoderSha256: model.encoderSha256 };
    const [byStatus, masks, coverage, figures] = await Promise.all([
      images.countsByStatus(ctx.db, ctx.projectId),
      metrics.masksByOrigin(ctx.db, ctx.projectId, isVeiled(ctx.role)),
      embeddings.coverage(ctx.db, ctx.projectId, encoder),
      metrics.figures(ctx.db, { projectId: ctx.projectId, veiled: isVeiled(ctx.role) }),
    ]);
    return { images: byStatus, masks, embeddings: coverage, ...figures };
  }),
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
      const user = await users.byEmail(ctx.db, input.email);
      if (!user) {
        throw new DomainError(
          'NOT_FOUND',
          `email: nobody has an account with ${input.email}; an admin can make one.`,
        );
      }
      await members.add(ctx.db, { projectId: ctx.projectId, userId: user.id, role: input.role });
      return { id: user.id };
    }),

  setRole: inProject('project.members')
    .input(z.object({ userId: z.uuid(), role: z.enum(['lead', 'annotator', 'reviewer']) }))
    .mutation(async ({ ctx, input }) => {
      await demandAnotherLead(ctx, input.userId, input.role === 'lead');
      await members.setRole(ctx.db, { projectId: ctx.projectId, userId: input.userId, role: input.role });
    }),

  remove: inProject('project.members')
    .input(z.object({ userId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      await demandAnotherLead(ctx, input.userId, false);
      await inTransaction(ctx.db, async (tx) => {
        await members.remove(tx, ctx.projectId, input.userId);
        await assignments.unassignAll(tx, ctx.projectId, input.userId);
      });
    }),
});

async function demandProject(db: Db, projectId: string) {
  const project = await projects.get(db, projectId);
  if (!project) throw new DomainError('NOT_FOUND', 'There is no such project.');
  return project;
}

/** PM3: a project keeps at least one lead. */
async function demandAnotherLead(
  ctx: { db: Db; projectId: string },
  userId: string,
  staysLead: boolean,
): Promise<void> {
  if (staysLead) return;
  const all = await members.list(ctx.db, ctx.projectId);
  if (!all.some((member) => member.user.id === userId)) {
    throw new DomainError('NOT_FOUND', 'This person is no member of the project.');
  }
  if (!all.some((member) => member.role === 'lead' && member.user.id !== userId)) {
    throw new DomainError('INVALID_TRANSITION', 'A project keeps at least one lead: name another one first.');
  }
}

export const classRouter = router({
  list: inProject('project.view').query(({ ctx }) => classes.list(ctx.db, ctx.projectId)),

  create: inProject('class.write')
    .input(LabelClassInput)
    .mutation(async ({ ctx, input }) => {
      const { projectId, ...labelClass } = input;
      if (labelClass.parentId) await demandClass(ctx.db, projectId, labelClass.parentId);
      return classes.create(ctx.db, projectId, labelClass);
    }),

  update: inProject('class.write')
    .input(LabelClassPatch.extend({ classId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      const { projectId, classId, ...changes } = input;
      await demandClass(ctx.db, projectId, classId);
      if (changes.parentId === classId) {
        throw new DomainError('INVALID_INPUT', 'parentId: a class cannot be a part of itself.');
      }
      if (changes.parentId) await demandClass(ctx.db, projectId, changes.parentId);
      return classes.update(ctx.db, classId, changes);
    }),

  /** Soft: masks that name the class keep working. */
  remove: inProject('class.write')
    .input(z.object({ classId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      await demandClass(ctx.db, ctx.projectId, input.classId);
      return { masksThatNameIt: await classes.softDelete(ctx.db, input.classId) };
    }),

  reorder: inProject('class.write')
    .input(z.object({ classIds: z.array(z.uuid()).max(LIMITS.classesPerProject) }))
    .mutation(async ({ ctx, input }) => {
      await classes.reorder(ctx.db, ctx.projectId, input.classIds);
    }),
});

async function demandClass(db: Db, projectId: string, classId: string): Promise<void> {
  const found = await classes.get(db, classId);
  if (found?.projectId !== projectId) {
    throw new DomainError('NOT_FOUND', 'There is no such class in this project.');
  }
}
