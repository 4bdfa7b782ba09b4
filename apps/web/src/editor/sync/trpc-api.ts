import { can, DomainError } from '@maskloop/domain';
import { ModelManifest } from '@maskloop/sam-core';
import { failureOf } from '@/client/failure.ts';
import type { useTRPCClient } from '@/client/trpc.tsx';
import type { EditorApi } from './api.ts';
import type { SendFailure } from './drainer.ts';

/** The editor's questions, asked over tRPC. */
export function trpcApi(client: ReturnType<typeof useTRPCClient>): EditorApi {
  return {
    me: async () => (await client.me.get.query()).user,
    open: async (imageId) => {
      const { image, embedding, model, role } = await client.image.get.query({ imageId });
      return {
        image,
        embedding,
        model: model && { ...model, manifest: ModelManifest.parse(model.manifest) },
        canWrite: can(role, 'mask.write'),
      };
    },
    load: (imageId) => client.mask.load.query({ imageId }),
    neighbours: (imageId, count) => client.image.neighbours.query({ imageId, count }),
    page: async (projectId, cursor) => {
      const { items, nextCursor, total } = await client.image.page.query({ projectId, cursor, limit: 200 });
      return { items, nextCursor: nextCursor ?? null, total };
    },
    apply: async (imageId, tabId, operations) =>
      (await client.mask.save.mutate({ imageId, tabId, operations: [...operations] })).answers,
    history: (maskId) => client.mask.history.query({ maskId }),
    revision: async (revisionId) => {
      const found = await client.mask.revision.query({ revisionId });
      if (!found) throw new DomainError('NOT_FOUND', 'There is no such revision.', { revisionId });
      return found;
    },
    remarks: (imageId) => client.review.remarks.query({ imageId }),
    resolve: async (commentId, resolved) => {
      await client.review.resolve.mutate({ commentId, resolved });
    },
    requestEmbedding: async (imageId) => {
      await client.image.requestEmbedding.mutate({ imageId });
    },
    requestCloseUp: async (imageId, closeUp) => {
      await client.image.requestCloseUp.mutate({ imageId, closeUp });
    },
    claim: (imageId) => client.assignment.claim.mutate({ imageId }),
    renew: async (assignmentId) => {
      await client.assignment.renew.mutate({ assignmentId });
    },
    release: async (assignmentId) => {
      await client.assignment.release.mutate({ assignmentId });
    },
    activeRun: (imageId) => client.run.active.query({ imageId }),
    textModel: async () => (await client.text.models.query())[0] ?? null,
    rank: async (imageId, textModelId, phrase) =>
      (await client.text.rank.mutate({ imageId, textModelId, phrase })).jobId,
    ranking: (jobId) => client.text.ranking.query({ jobId }),
    releaseAtOnce: (assignmentId) => {
      // tRPC's own transport would be cut off with the page; a beacon is not
      const body = new Blob([JSON.stringify({ json: { assignmentId } })], { type: 'application/json' });
      navigator.sendBeacon('/api/trpc/assignment.release', body);
    },
    submit: async (imageId) => (await client.assignment.submit.mutate({ imageId })).planted,
    skip: async (imageId, reason) => {
      await client.image.skip.mutate({ imageId, reason });
    },
    nextAssigned: async (projectId) => (await client.assignment.next.mutate({ projectId })).imageId,
  };
}

/** What a failed save means for the outbox. */
export function sendFailureOf(error: unknown): SendFailure {
  const { code, message } = failureOf(error);
  switch (code) {
    case 'UNAUTHENTICATED':
      return { kind: 'signed-out' };
    case 'LEASE_HELD':
    case 'FORBIDDEN':
    case 'NOT_FOUND':
    case 'INVALID_TRANSITION':
      return { kind: 'blocked', message: message ?? code };
    case 'INVALID_INPUT':
      return { kind: 'invalid', code, message: message ?? code };
    default:
      // a fault of the server passes; what it was sent stays here meanwhile
      return { kind: 'offline' };
  }
}
