import { embeddingLedger, inTransaction } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { dispatch, requestJob } from '@maskloop/jobs';
import { z } from 'zod';
import { globally, router } from '../trpc.ts';

export const embeddingRouter = router({
  /** What of each encoder is stored, and what is missing. */
  ledger: globally('system.view').query(({ ctx }) => embeddingLedger.ledger(ctx.db)),

  /** MD4: orders the removal of an encoder's embeddings that no live project works with. */
  purge: globally('model.manage')
    .input(z.object({ encoderSha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .mutation(async ({ ctx, input }) => {
      if (await embeddingLedger.isUsed(ctx.db, input.encoderSha256)) {
        throw new DomainError(
          'INVALID_TRANSITION',
          'A project works with the embeddings of this encoder: they stay.',
        );
      }
      const job = await inTransaction(ctx.db, (tx) =>
        requestJob(tx, 'embedding.purge', input, { requestedById: ctx.user.id }),
      );
      await dispatch(job.id);
      return { id: job.id };
    }),
});
