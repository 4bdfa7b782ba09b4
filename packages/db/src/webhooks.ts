import {
  type ProjectId,
  type UserId,
  WEBHOOK_EVENTS,
  type WebhookDeliveryState,
  type WebhookEvent,
  type WebhookMessage,
} from '@maskloop/domain';
import type { Db } from './client.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { defined } from './defined.ts';
import { newId } from './new-id.ts';

export interface Webhook {
  readonly id: string;
  readonly projectId: ProjectId;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly active: boolean;
  readonly createdAt: Date;
}

/** Without the secret: only `forDelivery` reads it. */
const columns = {
  id: true,
  projectId: true,
  url: true,
  events: true,
  active: true,
  createdAt: true,
} as const;

function toWebhook(row: Omit<Webhook, 'events'> & { events: string[] }): Webhook {
  return { ...row, events: WEBHOOK_EVENTS.filter((event) => row.events.includes(event)) };
}

export interface NewWebhook {
  readonly projectId: ProjectId;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly secret: string;
  readonly createdById: UserId;
}

export async function create(db: Db, { events, ...webhook }: NewWebhook): Promise<Webhook> {
  const row = await db.webhook.create({ data: { ...webhook, events: [...events] }, select: columns });
  return toWebhook(row);
}

/** Oldest first, each with how its last delivery went. */
export async function list(
  db: Db,
  projectId: ProjectId,
): Promise<(Webhook & { readonly last: { state: WebhookDeliveryState; createdAt: Date } | null })[]> {
  const rows = await db.webhook.findMany({
    where: { projectId },
    select: {
      ...columns,
      deliveries: {
        select: { state: true, createdAt: true },
        orderBy: { id: 'desc' },
        take: 1,
      },
    },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(({ deliveries, ...row }) => ({ ...toWebhook(row), last: deliveries[0] ?? null }));
}

export async function get(db: Db, webhookId: string): Promise<Webhook | null> {
  const row = await db.webhook.findUnique({ where: { id: webhookId }, select: columns });
  return row && toWebhook(row);
}

/** Fields left out stay. */
export async function update(
  db: Db,
  webhookId: string,
  changes: {
    readonly url?: string | undefined;
    readonly events?: readonly WebhookEvent[] | undefined;
    readonly active?: boolean | undefined;
  },
): Promise<void> {
  const { events, ...rest } = changes;
  await db.webhook.update({
    where: { id: webhookId },
    data: { ...defined(rest), ...(events ? { events: [...events] } : {}) },
    select: { id: true },
  });
}

/** With its deliveries. */
export async function remove(db: Db, webhookId: string): Promise<void> {
  await db.webhook.delete({ where: { id: webhookId }, select: { id: true } });
}

/** A message for every active webhook of the project that is told of it. @returns ids of the deliveries */
export async function insertDeliveries(
  tx: Db,
  projectId: ProjectId,
  message: WebhookMessage & { readonly type: WebhookEvent },
): Promise<string[]> {
  const told = await tx.webhook.findMany({
    where: { projectId, active: true, events: { has: message.type } },
    select: { id: true },
  });
  const deliveries = told.map(({ id }) => newDelivery(id, message));
  if (deliveries.length > 0) await tx.webhookDelivery.createMany({ data: deliveries });
  return deliveries.map(({ id }) => id);
}

/** A message for one webhook, active or not. */
export async function insertDelivery(tx: Db, webhookId: string, message: WebhookMessage): Promise<string> {
  const delivery = newDelivery(webhookId, message);
  await tx.webhookDelivery.create({ data: delivery, select: { id: true } });
  return delivery.id;
}

function newDelivery(webhookId: string, message: WebhookMessage) {
  return { id: newId(), webhookId, type: message.type, body: JSON.stringify(message) };
}

export interface DeliveryToMake {
  readonly id: string;
  readonly body: string;
  readonly state: WebhookDeliveryState;
  readonly webhook: { readonly id: string; readonly url: string; readonly secret: string };
}

export async function forDelivery(db: Db, deliveryId: string): Promise<DeliveryToMake | null> {
  return db.webhookDelivery.findUnique({
    where: { id: deliveryId },
    select: {
      id: true,
      body: true,
      state: true,
      webhook: { select: { id: true, url: true, secret: true } },
    },
  });
}

export interface Attempt {
  readonly state: WebhookDeliveryState;
  readonly responseStatus: number | null;
  readonly ms: number;
  readonly error: string | null;
}

export async function recordAttempt(db: Db, deliveryId: string, attempt: Attempt): Promise<void> {
  await db.webhookDelivery.updateMany({
    where: { id: deliveryId },
    data: { ...attempt, attempts: { increment: 1 }, attemptedAt: new Date() },
  });
}

/** No further attempt will be made. */
export async function giveUp(db: Db, deliveryId: string): Promise<void> {
  await db.webhookDelivery.updateMany({
    where: { id: deliveryId, state: 'pending' },
    data: { state: 'failed' },
  });
}

/** For another round of attempts. */
export async function reopen(tx: Db, deliveryId: string): Promise<void> {
  await tx.webhookDelivery.update({
    where: { id: deliveryId },
    data: { state: 'pending' },
    select: { id: true },
  });
}

export async function webhookOf(db: Db, deliveryId: string): Promise<Webhook | null> {
  const row = await db.webhookDelivery.findUnique({
    where: { id: deliveryId },
    select: { webhook: { select: columns } },
  });
  return row && toWebhook(row.webhook);
}

export interface DeliveryListed extends Omit<Attempt, 'ms'> {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly attempts: number;
  readonly ms: number | null;
  readonly createdAt: Date;
  readonly attemptedAt: Date | null;
}

/** Newest first. */
export async function deliveries(
  db: Db,
  { webhookId, cursor, limit }: { webhookId: string; cursor?: string | undefined; limit: number },
): Promise<{ items: DeliveryListed[]; nextCursor: string | null }> {
  // ids are made in order of time
  const before = cursor ? fromCursor(cursor)[1] : null;
  const rows = await db.webhookDelivery.findMany({
    where: { webhookId, ...(before ? { id: { lt: before } } : {}) },
    select: {
      id: true,
      type: true,
      body: true,
      state: true,
      attempts: true,
      responseStatus: true,
      ms: true,
      error: true,
      createdAt: true,
      attemptedAt: true,
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? toCursor([null, last.id]) : null };
}

/** For the sweeper: what was delivered or given up a month ago. */
export async function removeOld(db: Db): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "WebhookDelivery" WHERE "state" <> 'pending' AND "createdAt" < now() - interval '30 days'`;
}
