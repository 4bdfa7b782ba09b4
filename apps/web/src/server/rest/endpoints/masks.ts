import { LIMITS, MaskOperation } from '@maskloop/domain';
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { At, Id, Mask, OperationAnswers, onePage, page, Revision } from '../shapes.ts';

const tag = 'masks';

export const maskEndpoints = [
  endpoint({
    method: 'GET',
    path: '/images/{imageId}/masks',
    name: 'listMasks',
    tag,
    summary: 'The masks of an image with their pixels, as the editor shows them (ST1).',
    scope: 'read',
    answer: page(Mask),
    handle: async ({ caller, params }) => onePage((await caller.mask.load(params)).masks),
  }),
  endpoint({
    method: 'POST',
    path: '/images/{imageId}/operations',
    name: 'applyOperations',
    tag,
    summary:
      'Changes masks as the editor does: each operation has an id of the program’s making, and sending it again changes nothing (SV1). The server computes the origin.',
    scope: 'label',
    body: z.object({ operations: z.array(MaskOperation).min(1).max(LIMITS.operationsPerRequest) }),
    answer: OperationAnswers,
    handle: ({ caller, params, body }) => caller.mask.save({ ...params, ...body, tabId: null }),
  }),
  endpoint({
    method: 'GET',
    path: '/masks/{maskId}/revisions',
    name: 'listRevisions',
    tag,
    summary: 'The history of a mask, without pixels.',
    scope: 'read',
    answer: page(Revision),
    handle: async ({ caller, params }) => onePage(await caller.mask.history(params)),
  }),
  endpoint({
    method: 'POST',
    path: '/images/{imageId}/claim',
    name: 'claimImage',
    tag,
    summary: 'Leases an image, or renews the lease (AS1). Needed to submit it.',
    scope: 'label',
    answer: z.object({ held: z.boolean(), assignmentId: Id.optional(), expiresAt: At.optional() }),
    handle: ({ caller, params }) => caller.assignment.claim(params),
  }),
  endpoint({
    method: 'POST',
    path: '/images/{imageId}/submit',
    name: 'submitImage',
    tag,
    summary:
      'Submits an image that the person has leased; the lease ends. Tells what planted proposals among those that the person judged were caught (PP3).',
    scope: 'label',
    answer: z.object({ planted: z.object({ judged: z.int(), caught: z.int() }).nullable() }),
    handle: ({ caller, params }) => caller.assignment.submit(params),
  }),
];
