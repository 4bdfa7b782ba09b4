import { webhooks } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';
import { post } from '../webhooks/post.ts';
import { signatureHeaders } from '../webhooks/sign.ts';

const TIMEOUT_MS = 15_000;
/** "Gone": the receiver wants no more. */
const GONE = 410;

/**
 * One attempt to deliver a message. Each attempt is written down; what is not answered with 2xx is tried again with
 * growing pauses, as the job table says. A repeated delivery has the same id, by which the receiver knows it.
 */
export async function deliverWebhook(
  { deliveryId }: Payload<'webhook.deliver'>,
  context: JobContext,
): Promise<Outcome> {
  const { db, env, signal } = context;
  const delivery = await webhooks.forDelivery(db, deliveryId);
  if (delivery === null) return { skipped: 'the webhook was deleted' };
  if (delivery.state === 'delivered') return { skipped: 'it was delivered already' };
  context.whenFailed(() => webhooks.giveUp(db, deliveryId));

  const { id, body, webhook } = delivery;
  const started = performance.now();
  const record = (status: number | null, error: string | null) =>
    webhooks.recordAttempt(db, id, {
      state: error === null ? 'delivered' : 'pending',
      responseStatus: status,
      ms: Math.round(performance.now() - started),
      error,
    });
  let status: number;
  try {
    status = await post({
      url: webhook.url,
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'Maskloop',
        ...signatureHeaders(webhook.secret, { id, timestamp: Math.floor(Date.now() / 1000), body }),
      },
      body,
      allowPrivate: env.WEBHOOKS_ALLOW_PRIVATE,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    await record(null, error instanceof Error ? error.message : String(error));
    throw error;
  }
  if (status >= 200 && status < 300) {
    await record(status, null);
    return undefined;
  }
  const error = `answered with ${status}`;
  await record(status, error);
  if (status === GONE) {
    await webhooks.update(db, webhook.id, { active: false });
    throw new DomainError('NOT_FOUND', 'the receiver is gone (410); the webhook was turned off', {
      deliveryId,
    });
  }
  throw new Error(error);
}
