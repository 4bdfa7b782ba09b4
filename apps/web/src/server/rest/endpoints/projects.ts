import {
  EMBEDDING_STATES,
  IMAGE_STATUSES,
  JOB_STATES,
  LabelClassInput,
  LabelClassPatch,
  LIMITS,
  ORIGINS,
  ProjectInput,
  ProjectPatch,
} from '@maskloop/domain';
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { At, Id, Job, LabelClass, onePage, Paging, Project, page } from '../shapes.ts';

const tag = 'projects';
const ProjectWithClasses = Project.extend({ classes: z.array(LabelClass) });

export const projectEndpoints = [
  endpoint({
    method: 'GET',
    path: '/me',
    name: 'getMe',
    tag,
    summary: "The token's person, scopes and end.",
    scope: 'read',
    answer: z.object({ id: Id, name: z.string(), email: z.string(), sessionExpiresAt: At.nullable() }),
    handle: async ({ caller }) => {
      const { user, sessionExpiresAt } = await caller.me.get();
      return {
        ...user,
        sessionExpiresAt: Number.isFinite(sessionExpiresAt.getTime()) ? sessionExpiresAt : null,
      };
    },
  }),
  endpoint({
    method: 'GET',
    path: '/projects',
    name: 'listProjects',
    tag,
    summary: 'The projects of the person, newest first.',
    scope: 'read',
    answer: page(Project.extend({ imageCount: z.int(), doneCount: z.int(), maskCount: z.int() })),
    handle: async ({ caller }) => onePage(await caller.project.list()),
  }),
  endpoint({
    method: 'POST',
    path: '/projects',
    name: 'createProject',
    tag,
    summary: 'Makes a project; the person becomes its lead.',
    scope: 'manage',
    body: ProjectInput.extend({
      classes: z.array(LabelClassInput).max(LIMITS.classesPerProject).default([]),
      modelVersionId: Id.nullable().default(null),
    }),
    answer: ProjectWithClasses,
    handle: async ({ caller, body }) => {
      const { id } = await caller.project.create(body);
      return caller.project.get({ projectId: id });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/projects/{projectId}',
    name: 'getProject',
    tag,
    summary: 'A project with its classes.',
    scope: 'read',
    answer: ProjectWithClasses,
    handle: ({ caller, params }) => caller.project.get(params),
  }),
  endpoint({
    method: 'PATCH',
    path: '/projects/{projectId}',
    name: 'updateProject',
    tag,
    summary: 'Changes the fields that are sent.',
    scope: 'manage',
    body: ProjectPatch.extend({ activeModelVersionId: Id.optional() }),
    answer: ProjectWithClasses,
    handle: async ({ caller, params, body }) => {
      await caller.project.update({ ...params, ...body });
      return caller.project.get(params);
    },
  }),
  endpoint({
    method: 'GET',
    path: '/projects/{projectId}/overview',
    name: 'getProjectOverview',
    tag,
    summary: 'How many images, masks and embeddings there are, by state.',
    scope: 'read',
    answer: z.object({
      images: z.object({ total: z.int(), byStatus: z.record(z.enum(IMAGE_STATUSES), z.int()) }),
      masks: z.object({ total: z.int(), byOrigin: z.record(z.enum(ORIGINS), z.int()) }),
      embeddings: z.record(z.enum(EMBEDDING_STATES), z.int()),
    }),
    handle: ({ caller, params }) => caller.project.overview(params),
  }),
  endpoint({
    method: 'POST',
    path: '/projects/{projectId}/classes',
    name: 'createClass',
    tag,
    summary: 'Makes a label class.',
    scope: 'manage',
    body: LabelClassInput,
    answer: LabelClass,
    handle: ({ caller, params, body }) => caller.class.create({ ...params, ...body }),
  }),
  endpoint({
    method: 'PATCH',
    path: '/projects/{projectId}/classes/{classId}',
    name: 'updateClass',
    tag,
    summary: 'Changes the fields that are sent.',
    scope: 'manage',
    body: LabelClassPatch,
    answer: LabelClass,
    handle: ({ caller, params, body }) => caller.class.update({ ...params, ...body }),
  }),
  endpoint({
    method: 'DELETE',
    path: '/projects/{projectId}/classes/{classId}',
    name: 'deleteClass',
    tag,
    summary: 'Takes a class out of the list; masks that name it keep it.',
    scope: 'manage',
    answer: z.object({ masksThatNameIt: z.int() }),
    handle: ({ caller, params }) => caller.class.remove(params),
  }),
  endpoint({
    method: 'GET',
    path: '/projects/{projectId}/jobs',
    name: 'listJobs',
    tag,
    summary: 'The project’s jobs, newest first.',
    scope: 'read',
    query: z.object({ ...Paging, state: z.enum(JOB_STATES).optional() }),
    answer: page(Job),
    handle: ({ caller, params, query }) => caller.job.page({ ...params, ...query }),
  }),
];
