import { randomBytes } from 'node:crypto';
import { inTransaction, webhooks } from '@maskloop/db';
import {
  DomainError,
  LIMITS,
  WEBHOOK_SECRET_PREFIX,
  WEBHOOK_TEST,
  WebhookInput,
  WebhookPatch,
} from '@maskloop/domain';
import { dispatch, requestDelivery } from '@maskloop/jobs';
import { z } from 'zod';
import { inProject, onWebhook, onWebhookDelivery, router } from '../trpc.ts';

/** Addresses outside that a project tells what happens. */
export const webhookRouter = router({
  list: inProject('webhook.manage').query(({ ctx }) => webhooks.list(ctx.db, ctx.projectId)),

  /** @returns the secret too, this once: receivers check signatures with it (WH2) */
  create: inProject('webhook.manage')
    .input(WebhookInput)
    .mutation(async ({ ctx, input }) => {
      const { length } = await webhooks.list(ctx.db, ctx.projectId);
      if (length >= LIMITS.webhooksPerProject) {
        throw new DomainError(
          'INVALID_INPUT',
          `The project has ${length} webhooks, and may have ${LIMITS.webhooksPerProject}.`,
          { limit: LIMITS.webhooksPerProject, value: length },
        );
      }
      const secret = `${WEBHOOK_SECRET_PREFIX}${randomBytes(32).toString('base64')}`;
      const { url, events } = input;
      const made = await webhooks.create(ctx.db, {
        projectId: ctx.projectId,
        url,
        events,
        secret,
        createdById: ctx.user.id,
      });
      return { ...made, secret };
    }),

  update: onWebhook('webhook.manage')
    .input(WebhookPatch)
    .mutation(({ ctx, input: { webhookId, url, events, active } }) =>
      webhooks.update(ctx.db, webhookId, { url, events, active }),
    ),

  remove: onWebhook('webhook.manage').mutation(({ ctx, input }) => webhooks.remove(ctx.db, input.webhookId)),

  /** Sends a test message, whatever the webhook is told of. */
  test: onWebhook('webhook.manage').mutation(async ({ ctx, input: { webhookId } }) => {
    const { projectId, user } = ctx;
    const made = await inTransaction(ctx.db, async (tx) => {
      const id = await webhooks.insertDelivery(tx, webhookId, {
        type: WEBHOOK_TEST,
        timestamp: new Date().toISOString(),
        data: { projectId, webhookId },
      });
      const job = await requestDelivery(tx, id, { projectId, requestedById: user.id });
      return { id, jobId: job.id };
    });
    await dispatch(made.jobId);
    return { id: made.id };
  }),

  deliveries: onWebhook('webhook.manage')
    .input(
      z.object({
        cursor: z.string().max(500).nullish(),
        limit: z.number().int().min(1).max(LIMITS.pageSize).default(50),
      }),
    )
    .query(async ({ ctx, input }) => {
      const { webhookId, cursor, limit } = input;
      const [webhook, page] = await Promise.all([
        webhooks.get(ctx.db, webhookId),
        webhooks.deliveries(ctx.db, { webhookId, cursor: cursor ?? undefined, limit }),
      ]);
      return { ...page, url: webhook?.url ?? '' };
    }),

  /** The same message with the same id: a receiver that has it knows so. */
  redeliver: onWebhookDelivery('webhook.manage').mutation(async ({ ctx, input: { deliveryId } }) => {
    const { projectId, user } = ctx;
    const job = await inTransaction(ctx.db, async (tx) => {
      await webhooks.reopen(tx, deliveryId);
      return requestDelivery(tx, deliveryId, { projectId, requestedById: user.id });
    });
    await dispatch(job.id);
  }),
});
