import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { ModelVersion, onePage, page } from '../shapes.ts';

const tag = 'models';

export const modelEndpoints = [
  endpoint({
    method: 'GET',
    path: '/models',
    name: 'listModels',
    tag,
    summary: 'Model versions, newest first.',
    scope: 'read',
    answer: page(ModelVersion),
    handle: async ({ caller }) => onePage(await caller.model.list()),
  }),
  endpoint({
    method: 'GET',
    path: '/models/{modelVersionId}',
    name: 'getModel',
    tag,
    summary: 'A model version with its card and figures.',
    scope: 'read',
    answer: ModelVersion.extend({ card: z.string(), metrics: z.looseObject({}) }),
    handle: ({ caller, params }) => caller.model.get(params),
  }),
];
