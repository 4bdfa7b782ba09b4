import 'server-only';
import {
  audit,
  datasets,
  exports as exportRows,
  images,
  imports,
  jobs,
  masks,
  members,
  runs,
  users,
  webhooks,
} from '@maskloop/db';
import {
  can,
  canGlobally,
  DomainError,
  type GlobalAction,
  isDomainError,
  type ProjectAction,
  type Role,
} from '@maskloop/domain';
import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { ZodError, z } from 'zod';
import type { SignedIn } from './auth.ts';
import { WIRE_CODES } from './errors.ts';
import { describeInputError } from './input-error.ts';
import type { Services } from './services.ts';

/** What a procedure is called with. */
export interface Context extends Services {
  readonly session: SignedIn | null;
  /** the personal token by which a program asks; left out for a browser */
  readonly tokenId?: string;
  /** null when it cannot be known (no trusted proxy) */
  readonly address: string | null;
  /** the browser says the request comes from another site */
  readonly crossSite: boolean;
}

/** What a procedure leaves in the audit log besides its name. */
interface Meta {
  /** false: not written (reads of large things, renewals, saves that keep their own record) */
  readonly audit?: boolean;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    transformer: superjson,
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } },
    errorFormatter({ shape, error }) {
      const cause = error.cause;
      return {
        ...shape,
        message: cause instanceof ZodError ? describeInputError(cause) : shape.message,
        data: {
          ...shape.data,
          stack: undefined,
          domainCode: isDomainError(cause)
            ? cause.code
            : cause instanceof ZodError
              ? ('INVALID_INPUT' as const)
              : null,
          details: isDomainError(cause) ? cause.details : null,
        },
      };
    },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Turns domain failures into wire failures and logs bugs without showing them. */
const mapErrors = t.middleware(async ({ ctx, path, next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (isDomainError(cause)) {
    throw new TRPCError({ code: WIRE_CODES[cause.code].trpc, message: cause.message, cause });
  }
  if (result.error.code !== 'INTERNAL_SERVER_ERROR') return result;
  ctx.log.error({ path, err: cause ?? result.error }, 'procedure failed');
  throw new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: 'The server failed at this. It is in the log; trying again may help.',
  });
});

/** Mutations from other sites are refused whatever cookie they carry. */
const sameSite = t.middleware(({ ctx, type, next }) => {
  if (type === 'mutation' && ctx.crossSite) {
    throw new DomainError('FORBIDDEN', 'Requests from another site are refused.');
  }
  return next();
});

const SECRET_FIELDS = new Set(['password', 'current', 'next', 'token', 'counts', 'operations', 'prompts']);

/** Writes who did what, after it worked. */
const writeAudit = t.middleware(async ({ ctx, path, type, meta, getRawInput, next }) => {
  const result = await next();
  if (!result.ok || type !== 'mutation' || meta?.audit === false) return result;
  const raw = await getRawInput();
  const input = raw !== null && typeof raw === 'object' ? (raw as Record<string, unknown>) : {};
  const detail = Object.fromEntries(Object.entries(input).filter(([field]) => !SECRET_FIELDS.has(field)));
  const answer = result.data !== null && typeof result.data === 'object' ? result.data : {};
  const scope = 'ctx' in result ? (result.ctx as { projectId?: string }) : {};
  await audit.append(ctx.db, {
    userId: ctx.session?.user.id ?? null,
    projectId: scope.projectId ?? (typeof input.projectId === 'string' ? input.projectId : null),
    action: path,
    subject: 'id' in answer && typeof answer.id === 'string' ? answer.id : null,
    detail: { ...detail, ...(ctx.tokenId ? { tokenId: ctx.tokenId } : {}) } as never,
    address: ctx.address,
  });
  return result;
});

/** Anyone, signed in or not. */
export const publicProcedure = t.procedure.use(mapErrors).use(sameSite).use(writeAudit);

/** Any signed-in person. */
export const signedIn = publicProcedure.use(({ ctx, next }) => {
  if (!ctx.session) throw new DomainError('UNAUTHENTICATED', 'Sign in first.');
  return next({ ctx: { ...ctx, session: ctx.session, user: ctx.session.user } });
});

/** PM2: an action outside any project. */
export function globally(action: GlobalAction) {
  return signedIn.use(async ({ ctx, next }) => {
    const roles = await users.rolesOf(ctx.db, ctx.user.id);
    if (!canGlobally(roles, action)) {
      throw new DomainError('FORBIDDEN', `Your role does not allow ${action}.`, { action });
    }
    return next();
  });
}

/**
 * PM1: the check behind every procedure and route that touches a project. Somebody who is no member gets the
 * same answer as for an id that does not exist.
 * @returns the person's role there
 * @throws DomainError NOT_FOUND, FORBIDDEN
 */
export async function enterProject(
  { db, user }: { db: Services['db']; user: SignedIn['user'] },
  projectId: string | null,
  action: ProjectAction,
  what: string,
): Promise<{ projectId: string; role: Role }> {
  const role = projectId === null ? null : await members.roleOf(db, projectId, user.id);
  if (projectId === null || role === null) throw new DomainError('NOT_FOUND', `There is no such ${what}.`);
  if (!can(role, action)) {
    throw new DomainError('FORBIDDEN', `The role "${role}" does not allow ${action}.`, { role, action });
  }
  return { projectId, role };
}

/** A procedure on a project. */
export function inProject(action: ProjectAction) {
  return signedIn
    .input(z.object({ projectId: z.uuid() }))
    .use(async ({ ctx, input, next }) =>
      next({ ctx: { ...ctx, ...(await enterProject(ctx, input.projectId, action, 'project')) } }),
    );
}

/** A procedure on an image; the project is the image's. */
export function onImage(action: ProjectAction) {
  return signedIn.input(z.object({ imageId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const projectId = await images.projectOf(ctx.db, input.imageId);
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, projectId, action, 'image')) } });
  });
}

/** A procedure on a mask. */
export function onMask(action: ProjectAction) {
  return signedIn.input(z.object({ maskId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const place = await masks.placeOf(ctx.db, input.maskId);
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, place?.projectId ?? null, action, 'mask')) } });
  });
}

/** A procedure on a mask revision. */
export function onRevision(action: ProjectAction) {
  return signedIn.input(z.object({ revisionId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const revision = await masks.revision(ctx.db, input.revisionId);
    const entered = await enterProject(ctx, revision?.projectId ?? null, action, 'revision');
    return next({ ctx: { ...ctx, ...entered } });
  });
}

/** A procedure on a job that belongs to a project. */
export function onJob(action: ProjectAction) {
  return signedIn.input(z.object({ jobId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const projectId = await jobs.projectOf(ctx.db, input.jobId);
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, projectId, action, 'job')) } });
  });
}

/** A procedure on a run. */
export function onRun(action: ProjectAction) {
  return signedIn.input(z.object({ runId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const projectId = await runs.projectOf(ctx.db, input.runId);
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, projectId, action, 'run')) } });
  });
}

/** A procedure on a dataset version. */
export function onDataset(action: ProjectAction) {
  return signedIn.input(z.object({ datasetVersionId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const projectId = (await datasets.get(ctx.db, input.datasetVersionId))?.projectId ?? null;
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, projectId, action, 'dataset version')) } });
  });
}

/** A procedure on an import. */
export function onImport(action: ProjectAction) {
  return signedIn.input(z.object({ importId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const projectId = (await imports.get(ctx.db, input.importId))?.projectId ?? null;
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, projectId, action, 'import')) } });
  });
}

/** A procedure on an export. */
export function onExport(action: ProjectAction) {
  return signedIn.input(z.object({ exportId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const projectId = (await exportRows.get(ctx.db, input.exportId))?.projectId ?? null;
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, projectId, action, 'export')) } });
  });
}

/** A procedure on a webhook. */
export function onWebhook(action: ProjectAction) {
  return signedIn.input(z.object({ webhookId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const projectId = (await webhooks.get(ctx.db, input.webhookId))?.projectId ?? null;
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, projectId, action, 'webhook')) } });
  });
}

/** A procedure on a message to a webhook. */
export function onWebhookDelivery(action: ProjectAction) {
  return signedIn.input(z.object({ deliveryId: z.uuid() })).use(async ({ ctx, input, next }) => {
    const projectId = (await webhooks.webhookOf(ctx.db, input.deliveryId))?.projectId ?? null;
    return next({ ctx: { ...ctx, ...(await enterProject(ctx, projectId, action, 'delivery')) } });
  });
}
