import { IMPORT_FORMATS, IMPORT_STATES, ImportPlan } from '@maskloop/domain';
import { z } from 'zod';
import { enterProject } from '../../trpc.ts';
import { receiveImport } from '../../usecases/receive-import.ts';
import { bytesEndpoint, endpoint } from '../endpoint.ts';
import { At, Id, Paging, Person, page } from '../shapes.ts';

const tag = 'imports';

const Problems = z.object({
  total: z.int(),
  shown: z.array(z.object({ where: z.string(), message: z.string() })),
});

const ImportListed = z.object({
  id: Id,
  projectId: Id,
  name: z.string(),
  bytes: z.int(),
  state: z.enum(IMPORT_STATES),
  error: z.string().nullable(),
  createdAt: At,
  finishedAt: At.nullable(),
  createdBy: Person,
});

const Import = ImportListed.extend({
  check: z
    .object({
      format: z.enum(IMPORT_FORMATS),
      images: z.int(),
      matched: z.int(),
      masks: z.int(),
      boxes: z.int(),
      classes: z.array(z.object({ name: z.string().nullable(), masks: z.int(), boxes: z.int() })),
      scored: z.boolean(),
      problems: Problems,
    })
    .nullable(),
  report: z
    .object({ images: z.int(), masks: z.int(), boxes: z.int(), skipped: z.int(), problems: Problems })
    .nullable(),
});

export const importEndpoints = [
  endpoint({
    method: 'GET',
    path: '/projects/{projectId}/imports',
    name: 'listImports',
    tag,
    summary: 'The project’s imports, newest first.',
    scope: 'read',
    query: z.object(Paging),
    answer: page(ImportListed),
    handle: ({ caller, params, query }) => caller.import.page({ ...params, ...query }),
  }),
  bytesEndpoint({
    method: 'PUT',
    path: '/projects/{projectId}/imports',
    name: 'uploadImport',
    tag,
    summary:
      'A file of labels, or a ZIP, as the body; answers {id} of the import. Ask for it until its state is ready: nothing is written yet.',
    scope: 'manage',
    query: z.object({ name: z.string().min(1).max(1_000) }),
    type: 'application/json',
    takes: 'application/octet-stream',
    handle: async ({ context, request, params, query }) => {
      const { user } = context.session;
      const entered = await enterProject(
        { db: context.db, user },
        params.projectId,
        'import.write',
        'project',
      );
      const made = await receiveImport(
        { ...context, user, projectId: entered.projectId },
        { name: query.name, body: request.body },
      );
      return Response.json(made);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/imports/{importId}',
    name: 'getImport',
    tag,
    summary: 'An import: what was found in its file, and what was written.',
    scope: 'read',
    answer: Import,
    handle: ({ caller, params }) => caller.import.get(params),
  }),
  endpoint({
    method: 'POST',
    path: '/imports/{importId}/start',
    name: 'startImport',
    tag,
    summary: 'Writes an import that is ready, or goes on with one that failed or was cancelled.',
    scope: 'manage',
    body: ImportPlan,
    answer: Import,
    handle: async ({ caller, params, body }) => {
      await caller.import.start({ ...params, plan: body });
      return caller.import.get(params);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/imports/{importId}/cancel',
    name: 'cancelImport',
    tag,
    summary: 'Stops an import; what was written stays.',
    scope: 'manage',
    answer: Import,
    handle: async ({ caller, params }) => {
      await caller.import.cancel(params);
      return caller.import.get(params);
    },
  }),
];
