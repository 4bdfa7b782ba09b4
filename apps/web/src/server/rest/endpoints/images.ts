import { EMBEDDING_STATES, IMAGE_SORTS, IMAGE_STATUSES, LIMITS } from '@maskloop/domain';
import { z } from 'zod';
import { ndjson } from '../../ndjson.ts';
import { enterProject } from '../../trpc.ts';
import { receiveUpload } from '../../usecases/receive-upload.ts';
import { sendPicture } from '../../usecases/send-picture.ts';
import { bytesEndpoint, endpoint } from '../endpoint.ts';
import { Id, Image, ImageListed, listOf, Paging, page, UPLOADED } from '../shapes.ts';

const tag = 'images';
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

export const imageEndpoints = [
  endpoint({
    method: 'GET',
    path: '/projects/{projectId}/images',
    name: 'listImages',
    tag,
    summary: 'The project’s images.',
    scope: 'read',
    query: z.object({
      ...Paging,
      status: listOf(IMAGE_STATUSES).optional(),
      embedding: z.enum(EMBEDDING_STATES).optional(),
      text: z.string().max(LIMITS.nameLength).optional(),
      sort: z.enum(IMAGE_SORTS).default('name'),
      order: z.enum(['asc', 'desc']).default('asc'),
    }),
    answer: page(ImageListed).extend({ total: z.int() }),
    handle: ({ caller, params, query: { status, embedding, text, ...query } }) =>
      caller.image.page({ ...params, ...query, filter: { status, embedding, text } }),
  }),
  bytesEndpoint({
    method: 'PUT',
    path: '/projects/{projectId}/images',
    name: 'uploadImages',
    tag,
    summary:
      'One picture or a ZIP of pictures as the body; answers a line of JSON per picture as it is taken in: {name, status: added | duplicate | refused, imageId?, code?, message?}. The same bytes again are a duplicate, so an upload can be repeated.',
    scope: 'manage',
    query: z.object({ name: z.string().min(1).max(1_000) }),
    type: UPLOADED,
    takes: 'application/octet-stream',
    handle: async ({ context, request, params, query }) => {
      const { user } = context.session;
      const { projectId } = await enterProject(
        { db: context.db, user },
        params.projectId,
        'image.upload',
        'project',
      );
      const results = await receiveUpload(
        { ...context, user, projectId },
        { name: query.name, body: request.body },
      );
      return ndjson(results);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/projects/{projectId}/images/known',
    name: 'findImages',
    tag,
    summary: 'Which of these files the project has: an upload that was cut off goes on with the rest.',
    scope: 'read',
    body: z.object({ sha256s: z.array(Sha256).min(1).max(LIMITS.pageSize) }),
    answer: z.object({ items: z.array(z.object({ sha256: z.string(), imageId: Id })) }),
    handle: async ({ caller, params, body }) => ({ items: await caller.image.known({ ...params, ...body }) }),
  }),
  endpoint({
    method: 'GET',
    path: '/images/{imageId}',
    name: 'getImage',
    tag,
    summary: 'An image.',
    scope: 'read',
    answer: Image.extend({ embedding: z.enum(EMBEDDING_STATES) }),
    handle: async ({ caller, params }) => {
      const { image, embedding } = await caller.image.get(params);
      return { ...image, embedding };
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/images/{imageId}',
    name: 'deleteImage',
    tag,
    summary: 'Removes an image from the project; dataset versions keep what they hold.',
    scope: 'manage',
    answer: z.void(),
    handle: async ({ caller, params: { imageId } }) => {
      const { projectId } = await caller.image.get({ imageId });
      await caller.image.remove({ projectId, imageIds: [imageId] });
    },
  }),
  ...(['original', 'display', 'thumbnail'] as const).map((copy) =>
    bytesEndpoint({
      method: 'GET',
      path: `/images/{imageId}/${copy}`,
      name: `download${copy.charAt(0).toUpperCase()}${copy.slice(1)}`,
      tag,
      summary:
        copy === 'original'
          ? 'The bytes as they were uploaded.'
          : copy === 'display'
            ? 'Oriented, sRGB, at most 4096 px on the long side.'
            : 'A small copy.',
      scope: 'read',
      type:
        copy === 'original' ? 'application/octet-stream' : copy === 'display' ? 'image/jpeg' : 'image/webp',
      handle: async ({ caller, context, request, params: { imageId } }) => {
        await caller.image.get({ imageId });
        return sendPicture(context, request, { imageId, copy });
      },
    }),
  ),
];
