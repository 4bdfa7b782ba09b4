// From what happens in a project to a signed request at a receiver: procedures, outbox, queue, worker, HTTP.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inTransaction, webhooks } from '@maskloop/db';
import { makeImage, makeMask } from '@maskloop/db/testing';
import { tellWebhooks } from '@maskloop/jobs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../../helpers/wait-until.ts';
import { callerFor } from '../../helpers/web-caller.ts';
import { openStack, type Stack } from './stack.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let stack: Stack;
let receiver: Server;
let address: string;
let caller: Awaited<ReturnType<typeof callerFor>>['caller'];
let received: Received[];
/** path → statuses to answer with, in order; 204 when there are none left */
let answers: Record<string, number[]>;

beforeAll(async () => {
  stack = await openStack('postgres');
  Object.assign(process.env, { DATABASE_URL: stack.database.url, QUEUE_BACKEND: 'postgres' });
  ({ caller } = await callerFor(stack.database, stack.ownerId));
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = request.url ?? '';
    received.push({ path, headers: request.headers, body });
    response.writeHead(answers[path]?.shift() ?? 204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  await stack.startWorker({ WORKER_QUEUES: 'webhooks,export', WEBHOOKS_ALLOW_PRIVATE: 'true' });
});
afterAll(async () => {
  receiver?.close();
  await stack?.close();
});
beforeEach(async () => {
  received = [];
  answers = {};
  await stack.db.webhook.deleteMany();
});

const make = (path: string, events: ('image.submitted' | 'dataset.frozen' | 'export.ready')[]) =>
  caller.webhook.create({ projectId: stack.projectId, url: `${address}${path}`, events });

const arrivals = (path: string, count: number) =>
  until(`${count} requests at ${path}`, async () => {
    const there = received.filter((each) => each.path === path);
    return there.length >= count && there;
  });

const logOf = async (webhookId: string) => (await caller.webhook.deliveries({ webhookId })).items;
const settled = (webhookId: string, state: string) =>
  until(`a delivery that is ${state}`, async () => {
    const [delivery] = await logOf(webhookId);
    return delivery?.state === state && delivery;
  });

test('WH1 WH2 what happened arrives signed at those who are told of it', async () => {
  const hook = await make('/a', ['image.submitted', 'dataset.frozen', 'export.ready']);
  await make('/b', ['export.ready']);
  const image = await makeImage(stack.db, { projectId: stack.projectId });
  await makeMask(stack.db, { imageId: image.id, authorId: stack.ownerId });
  await caller.assignment.claim({ imageId: image.id });
  await caller.assignment.submit({ imageId: image.id });
  const frozen = await caller.dataset.freeze({
    projectId: stack.projectId,
    name: 'v',
    filter: {},
    splits: {},
  });
  const ordered = await caller.export.create({ datasetVersionId: frozen.id });
  const there = await arrivals('/a', 3);
  await arrivals('/b', 1);
  const messages = there.map(({ body }) => JSON.parse(body) as { type: string; data: object });
  expect(messages.find(({ type }) => type === 'image.submitted')?.data).toEqual({
    projectId: stack.projectId,
    imageId: image.id,
    userId: stack.ownerId,
  });
  expect(messages.find(({ type }) => type === 'dataset.frozen')?.data).toMatchObject({
    datasetVersionId: frozen.id,
    number: 1,
    masks: 1,
  });
  expect(messages.find(({ type }) => type === 'export.ready')?.data).toMatchObject({
    exportId: ordered.id,
    datasetVersionId: frozen.id,
  });
  for (const { headers, body } of there) {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(hook.secret.replace('whsec_', ''), 'base64');
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(60);
  }
  await settled(hook.id, 'delivered');
  expect(received.filter(({ path }) => path === '/b')).toHaveLength(1);
});

test('WH1 a message of something that did not happen after all does not exist', async () => {
  const hook = await make('/never', ['dataset.frozen']);
  const failing = inTransaction(stack.db, async (tx) => {
    await tellWebhooks(tx, stack.projectId, 'dataset.frozen', { datasetVersionId: null });
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  expect(await logOf(hook.id)).toEqual([]);
});

test('a receiver that fails is asked again under the same id, and the log says how it went', async () => {
  const hook = await make('/flaky', ['export.ready']);
  answers['/flaky'] = [500];
  const { id } = await caller.webhook.test({ webhookId: hook.id });
  const there = await arrivals('/flaky', 2);
  expect(there.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  expect(await settled(hook.id, 'delivered')).toMatchObject({
    id,
    type: 'webhook.test',
    attempts: 2,
    responseStatus: 204,
    error: null,
  });
});

test('WH3 a redirect is not followed; a receiver that is gone is asked no more', async () => {
  const hook = await make('/gone', ['export.ready']);
  answers['/gone'] = [302, 410];
  await caller.webhook.test({ webhookId: hook.id });
  expect(await settled(hook.id, 'failed')).toMatchObject({ attempts: 2, responseStatus: 410 });
  expect((await webhooks.get(stack.db, hook.id))?.active).toBe(false);
  expect(received.map(({ path }) => path)).toEqual(['/gone', '/gone']);
  // a person can send it again
  await caller.webhook.redeliver({ deliveryId: (await logOf(hook.id))[0]?.id ?? '' });
  expect(await settled(hook.id, 'delivered')).toMatchObject({ attempts: 3 });
});

test('a webhook that is turned off is told nothing', async () => {
  const hook = await make('/off', ['dataset.frozen']);
  await caller.webhook.update({ webhookId: hook.id, active: false });
  await caller.dataset.freeze({ projectId: stack.projectId, name: 'quiet', filter: {}, splits: {} });
  expect(await logOf(hook.id)).toEqual([]);
});

test('the secret is shown once: no list has it', async () => {
  const hook = await make('/secret', ['dataset.frozen']);
  const listed = await caller.webhook.list({ projectId: stack.projectId });
  expect(listed.map(({ id }) => id)).toEqual([hook.id]);
  expect(JSON.stringify(listed)).not.toContain(hook.secret);
});
