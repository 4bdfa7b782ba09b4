import { exports as exportRows } from '@maskloop/db';
import { DatasetFilter, DatasetInput, EXPORT_FORMATS, ExportOptions, SplitRule } from '@maskloop/domain';
import { z } from 'zod';
import { enterProject } from '../../trpc.ts';
import { sendExport } from '../../usecases/send-export.ts';
import { bytesEndpoint, endpoint } from '../endpoint.ts';
import { DatasetCounts, DatasetVersion, Export, onePage, page } from '../shapes.ts';

const tag = 'datasets';

export const datasetEndpoints = [
  endpoint({
    method: 'GET',
    path: '/projects/{projectId}/dataset-versions',
    name: 'listDatasetVersions',
    tag,
    summary: 'The project’s dataset versions, newest first.',
    scope: 'read',
    answer: page(DatasetVersion),
    handle: async ({ caller, params }) => onePage(await caller.dataset.list(params)),
  }),
  endpoint({
    method: 'POST',
    path: '/projects/{projectId}/dataset-versions/preview',
    name: 'previewDatasetVersion',
    tag,
    summary: 'What a dataset version would hold, and what it would leave out and why (EX3).',
    scope: 'read',
    body: z.object({
      filter: DatasetFilter.default(() => DatasetFilter.parse({})),
      splits: SplitRule.default(() => SplitRule.parse({})),
    }),
    answer: DatasetCounts,
    handle: ({ caller, params, body }) => caller.dataset.preview({ ...params, ...body }),
  }),
  endpoint({
    method: 'POST',
    path: '/projects/{projectId}/dataset-versions',
    name: 'createDatasetVersion',
    tag,
    summary: 'Freezes a dataset version; ask for it until its state is done.',
    scope: 'manage',
    body: DatasetInput.extend({
      filter: DatasetFilter.default(() => DatasetFilter.parse({})),
      splits: SplitRule.default(() => SplitRule.parse({})),
    }),
    answer: DatasetVersion,
    handle: async ({ caller, params, body }) => {
      const { id } = await caller.dataset.freeze({ ...params, ...body });
      return caller.dataset.get({ datasetVersionId: id });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/dataset-versions/{datasetVersionId}',
    name: 'getDatasetVersion',
    tag,
    summary: 'A dataset version.',
    scope: 'read',
    answer: DatasetVersion,
    handle: ({ caller, params }) => caller.dataset.get(params),
  }),
  endpoint({
    method: 'GET',
    path: '/dataset-versions/{datasetVersionId}/exports',
    name: 'listExports',
    tag,
    summary: 'The exports of a dataset version, newest first.',
    scope: 'read',
    answer: page(Export),
    handle: async ({ caller, params }) => onePage(await caller.export.list(params)),
  }),
  endpoint({
    method: 'POST',
    path: '/dataset-versions/{datasetVersionId}/exports',
    name: 'createExport',
    tag,
    summary: 'Orders a file; ask for the export until its state is done.',
    scope: 'manage',
    body: z.object({
      format: z.enum(EXPORT_FORMATS).default('coco'),
      options: ExportOptions.partial().default({}),
    }),
    answer: Export,
    handle: async ({ caller, params, body }) => {
      const { id } = await caller.export.create({ ...params, ...body });
      return caller.export.get({ exportId: id });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/exports/{exportId}',
    name: 'getExport',
    tag,
    summary: 'An export: its state, and the checksum of its file.',
    scope: 'read',
    answer: Export,
    handle: ({ caller, params }) => caller.export.get(params),
  }),
  bytesEndpoint({
    method: 'GET',
    path: '/exports/{exportId}/download',
    name: 'downloadExport',
    tag,
    summary: 'The file of an export that is done.',
    scope: 'read',
    type: 'application/zip',
    handle: async ({ context, request, params: { exportId } }) => {
      const { user } = context.session;
      const projectId = (await exportRows.get(context.db, exportId))?.projectId ?? null;
      await enterProject({ db: context.db, user }, projectId, 'export.download', 'export');
      return sendExport(context, request, exportId);
    },
  }),
];
