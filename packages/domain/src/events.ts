import { z } from 'zod';
import { CloseUp } from './close-up.ts';
import { BUILD_STATES } from './export.ts';
import { EMBEDDING_STATES, IMAGE_STATUSES } from './image.ts';
import { IMPORT_STATES } from './import.ts';
import { JOB_STATES } from './job.ts';
import { RUN_STATES } from './run.ts';

/**
 * News about a project, sent to every open page of it. Small on purpose: they say what changed, the page asks
 * for the rest.
 */
export const ProjectEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('image.added'), imageId: z.uuid() }),
  z.object({ type: z.literal('image.status'), imageId: z.uuid(), status: z.enum(IMAGE_STATUSES) }),
  z.object({ type: z.literal('image.removed'), imageId: z.uuid() }),
  z.object({ type: z.literal('embedding'), imageId: z.uuid(), state: z.enum(EMBEDDING_STATES) }),
  z.object({
    type: z.literal('closeUp'),
    imageId: z.uuid(),
    closeUp: CloseUp,
    state: z.enum(['ready', 'failed']),
  }),
  z.object({
    type: z.literal('masks.changed'),
    imageId: z.uuid(),
    byUserId: z.uuid().nullable(),
    /** made in the browser tab that saved, so that it can ignore its own echo */
    tabId: z.string().max(64).nullable(),
  }),
  z.object({ type: z.literal('assignments') }),
  z.object({ type: z.literal('review'), imageId: z.uuid() }),
  z.object({ type: z.literal('lease'), imageId: z.uuid(), holderId: z.uuid().nullable() }),
  z.object({
    type: z.literal('job'),
    jobId: z.uuid(),
    name: z.string(),
    state: z.enum(JOB_STATES),
    /** 0..1 */
    progress: z.number(),
    imageId: z.uuid().nullable(),
  }),
  z.object({
    type: z.literal('dataset'),
    datasetVersionId: z.uuid(),
    state: z.enum(BUILD_STATES),
    /** 0..1 */
    progress: z.number(),
  }),
  z.object({
    type: z.literal('export'),
    exportId: z.uuid(),
    state: z.enum(BUILD_STATES),
    progress: z.number(),
  }),
  z.object({
    type: z.literal('run'),
    runId: z.uuid(),
    state: z.enum(RUN_STATES),
    /** images that are finished, whatever came of them, and all */
    done: z.number().int(),
    total: z.number().int(),
  }),
  z.object({
    type: z.literal('import'),
    importId: z.uuid(),
    state: z.enum(IMPORT_STATES),
    progress: z.number(),
  }),
  z.object({
    type: z.literal('lint'),
    scanId: z.uuid(),
    state: z.enum(BUILD_STATES),
    progress: z.number(),
  }),
  z.object({ type: z.literal('project.changed') }),
]);
export type ProjectEvent = z.infer<typeof ProjectEvent>;
