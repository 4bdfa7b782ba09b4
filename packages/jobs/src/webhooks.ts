import { type Db, webhooks } from '@maskloop/db';
import type { JobId, ProjectId, UserId, WebhookEvent, WebhookMessage } from '@maskloop/domain';
import { requestJob, requestJobs } from './request.ts';

/**
 * WH1: tells the project's webhooks, in the transaction of what it tells of: a message exists exactly when what
 * happened does.
 * @returns ids of the jobs that deliver it, to dispatch after the commit
 */
export async function tellWebhooks(
  tx: Db,
  projectId: ProjectId,
  type: WebhookEvent,
  data: WebhookMessage['data'],
): Promise<JobId[]> {
  const deliveryIds = await webhooks.insertDeliveries(tx, projectId, {
    type,
    timestamp: new Date().toISOString(),
    data: { projectId, ...data },
  });
  if (deliveryIds.length === 0) return [];
  return requestJobs(
    tx,
    'webhook.deliver',
    deliveryIds.map((deliveryId) => ({ payload: { deliveryId }, options: { projectId } })),
  );
}

/** The job of one delivery, for a test message and for sending one again. */
export function requestDelivery(
  tx: Db,
  deliveryId: string,
  options: { readonly projectId: ProjectId; readonly requestedById: UserId },
): Promise<{ id: JobId }> {
  return requestJob(tx, 'webhook.deliver', { deliveryId }, options);
}
