import { LIMITS, VERDICTS } from '@maskloop/domain';
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { At, Id, Paging, Person, page } from '../shapes.ts';

const tag = 'reviews';

export const reviewEndpoints = [
  endpoint({
    method: 'GET',
    path: '/projects/{projectId}/reviews',
    name: 'listReviews',
    tag,
    summary: 'Images that wait for a verdict, oldest first; or those that have one, newest first.',
    scope: 'read',
    query: z.object({
      ...Paging,
      status: z.enum(['submitted', 'accepted', 'sent-back']).default('submitted'),
    }),
    answer: page(
      z.object({
        id: Id,
        name: z.string(),
        width: z.int(),
        height: z.int(),
        submitter: Person.nullable(),
        submittedAt: At,
        maskCount: z.int(),
        rounds: z.int(),
      }),
    ).extend({ total: z.int() }),
    handle: ({ caller, params, query }) => caller.review.queue({ ...params, ...query }),
  }),
  endpoint({
    method: 'GET',
    path: '/images/{imageId}/review',
    name: 'getReview',
    tag,
    summary: 'What a verdict needs: when the masks changed last, and whether the person may judge.',
    scope: 'read',
    answer: z.object({ seenAt: At.nullable(), mayJudge: z.boolean(), holder: Person.nullable() }),
    handle: ({ caller, params }) => caller.review.load(params),
  }),
  endpoint({
    method: 'POST',
    path: '/images/{imageId}/review',
    name: 'createReview',
    tag,
    summary:
      'Accepts a submitted image or sends it back. Refused when the masks changed after `seenAt` (RV4).',
    scope: 'label',
    body: z.object({
      verdict: z.enum(VERDICTS),
      note: z.string().max(LIMITS.noteLength).default(''),
      seenAt: At.nullable(),
    }),
    answer: z.object({ id: Id }),
    handle: ({ caller, params, body: { seenAt, ...body } }) =>
      caller.review.decide({ ...params, ...body, seenAt: seenAt === null ? null : new Date(seenAt) }),
  }),
];
