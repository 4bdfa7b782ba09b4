import {
  DomainError,
  DRY_RUN,
  presetParameters,
  RUN_ITEM_STATES,
  RUN_KINDS,
  RUN_PRESETS,
  RUN_STATES,
  RunInput,
  RunParameters,
  RunScope,
  RunText,
  suggestedPreset,
} from '@maskloop/domain';
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { At, Id, Paging, Person, page } from '../shapes.ts';

const tag = 'runs';

const Run = z.object({
  id: Id,
  projectId: Id,
  model: Person,
  kinds: z.array(z.enum(RUN_KINDS)),
  state: z.enum(RUN_STATES),
  parameters: RunParameters,
  text: RunText.nullable().meta({ description: 'classes by text; null: none' }),
  dryRun: z.boolean(),
  note: z.string(),
  startedBy: Person,
  createdAt: At,
  finishedAt: At.nullable(),
  counts: z.record(z.enum(RUN_ITEM_STATES), z.int()),
  proposals: z.int(),
});

const RunWatched = Run.extend({
  imagesPerMinute: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  failures: z.array(z.looseObject({ imageId: Id, imageName: z.string(), error: z.string().nullable() })),
});

export const runEndpoints = [
  endpoint({
    method: 'GET',
    path: '/projects/{projectId}/runs',
    name: 'listRuns',
    tag,
    summary: 'The project’s runs, newest first.',
    scope: 'read',
    query: z.object(Paging),
    answer: page(Run),
    handle: ({ caller, params, query }) => caller.run.list({ ...params, ...query }),
  }),
  endpoint({
    method: 'POST',
    path: '/projects/{projectId}/runs',
    name: 'createRun',
    tag,
    summary: 'Orders a run of the auto-annotator; ask for it until its state is done, failed or cancelled.',
    scope: 'manage',
    body: RunInput.extend({
      modelVersionId: Id.optional().meta({ description: 'left out: the project’s active one' }),
      kinds: RunInput.shape.kinds.default([...RUN_KINDS]),
      scope: RunScope.default({ kind: 'all' }),
      preset: z.enum(RUN_PRESETS).optional().meta({ description: 'left out: what suits the model best' }),
      parameters: RunParameters.optional().meta({ description: 'instead of a preset' }),
      sample: RunInput.shape.sample.default(DRY_RUN.images),
    }),
    answer: RunWatched,
    handle: async ({ caller, params, body: { preset, ...body } }) => {
      const { activeModel } = await caller.project.get(params);
      const modelVersionId = body.modelVersionId ?? activeModel?.id;
      if (!modelVersionId) {
        throw new DomainError('INVALID_INPUT', 'modelVersionId: the project has no active model version.', {
          field: 'modelVersionId',
        });
      }
      const { family } = await caller.model.get({ modelVersionId });
      const parameters = body.parameters ?? presetParameters(preset ?? suggestedPreset(family));
      const { id } = await caller.run.start({ ...params, ...body, modelVersionId, parameters });
      return caller.run.get({ runId: id });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/runs/{runId}',
    name: 'getRun',
    tag,
    summary: 'A run: how far it is, how fast, and what failed last.',
    scope: 'read',
    answer: RunWatched,
    handle: ({ caller, params }) => caller.run.get(params),
  }),
  endpoint({
    method: 'POST',
    path: '/runs/{runId}/cancel',
    name: 'cancelRun',
    tag,
    summary: 'Stops a run; with roll-back its untouched proposals are taken away too.',
    scope: 'manage',
    body: z.object({ made: z.enum(['keep', 'roll-back']).default('keep') }),
    answer: RunWatched,
    handle: async ({ caller, params, body }) => {
      await caller.run.cancel({ ...params, ...body });
      return caller.run.get(params);
    },
  }),
];
