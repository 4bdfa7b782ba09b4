// The API for programs, through its route handlers, on a real database: what every endpoint of the table promises,
// and the rules AP1 to AP3.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiTokens, datasets, imports, newId, users } from '@maskloop/db';
import {
  makeImage,
  makeImport,
  makeMask,
  makeModel,
  makeProject,
  makeUser,
  randomSha256,
  rectangleCounts,
} from '@maskloop/db/testing';
import {
  API_SCOPES,
  type ApiScope,
  DatasetFilter,
  presetParameters,
  SplitRule,
  suggestedThresholds,
} from '@maskloop/domain';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { DELETE, GET, PATCH, POST, PUT } from '../../../apps/web/src/app/api/v1/[...path]/route.ts';
import { GET as getDocument } from '../../../apps/web/src/app/api/v1/openapi.json/route.ts';
import type { Endpoint, Method } from '../../../apps/web/src/server/rest/endpoint.ts';
import { ENDPOINTS } from '../../../apps/web/src/server/rest/table.ts';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const database = useDatabase();
beforeAll(async () => {
  Object.assign(process.env, {
    NEXTAUTH_SECRET: 'x'.repeat(32),
    STORAGE_DIR: await mkdtemp(path.join(tmpdir(), 'maskloop-test-blobs-')),
    QUEUE_BACKEND: 'postgres',
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
    API_REQUESTS_PER_MINUTE: '300',
  });
});

const ROUTES = { DELETE, GET, PATCH, POST, PUT };

interface Options {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** @param url below /api/v1 */
function ask(
  method: Method,
  url: string,
  { token = null, body, headers = {} }: Options = {},
): Promise<Response> {
  const bytes = body instanceof Uint8Array;
  const request = new Request(`http://maskloop.test/api/v1${url}`, {
    method,
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    ...(body === undefined ? {} : { body: bytes ? (body as BodyInit) : JSON.stringify(body) }),
  });
  return ROUTES[method](request);
}

async function tokenOf(
  userId: string,
  scopes: readonly ApiScope[] = API_SCOPES,
): Promise<{ id: string; secret: string }> {
  const { caller } = await callerFor(database, userId);
  return caller.token.create({ name: 'test', scopes: [...scopes], days: 1 });
}

interface Things {
  readonly ids: Readonly<Record<string, string>>;
  readonly leadId: string;
  readonly token: string;
}

/** A project with everything that a path may name. */
async function makeThings(): Promise<Things> {
  const { db } = database;
  const model = await makeModel(db);
  const project = await makeProject(db, { modelVersionId: model.id });
  const image = await makeImage(db, { projectId: project.id });
  const classId = project.classIds[0] ?? '';
  const mask = await makeMask(db, { imageId: image.id, authorId: project.ownerId, classId });
  const version = await datasets.freeze(db, {
    projectId: project.id,
    name: 'first',
    notes: '',
    filter: DatasetFilter.parse({}),
    splits: SplitRule.parse({}),
    createdById: project.ownerId,
  });
  const { caller } = await callerFor(database, project.ownerId);
  const run = await caller.run.start({
    projectId: project.id,
    modelVersionId: model.id,
    kinds: ['propose'],
    scope: { kind: 'all' },
    parameters: presetParameters('embedded'),
  });
  const ordered = await caller.export.create({ datasetVersionId: version.id });
  const { id: importId } = await makeImport(db, { projectId: project.id, createdById: project.ownerId });
  return {
    ids: {
      projectId: project.id,
      imageId: image.id,
      classId,
      maskId: mask.id,
      datasetVersionId: version.id,
      exportId: ordered.id,
      importId,
      runId: run.id,
      modelVersionId: model.id,
    },
    leadId: project.ownerId,
    token: (await tokenOf(project.ownerId)).secret,
  };
}

const fill = (template: string, ids: Things['ids']) =>
  template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? newId());

/** Read by many tests, changed by none. */
let shared: Things;
/** tokens of the shared lead with every scope but one */
const without = {} as Record<ApiScope, string>;
let stranger: string;
beforeAll(async () => {
  shared = await makeThings();
  for (const scope of API_SCOPES) {
    const others = API_SCOPES.filter((each) => each !== scope);
    without[scope] = (await tokenOf(shared.leadId, others)).secret;
  }
  stranger = (await tokenOf((await makeUser(database.db)).id)).secret;
});

function successOf({ answers }: Endpoint): number {
  if (answers.kind === 'json') return answers.status;
  return answers.kind === 'nothing' ? 204 : 200;
}

/** What a call needs besides its path. */
const NEEDS: Record<string, { body?: (things: Things) => unknown; query?: string }> = {
  createProject: { body: () => ({ name: 'By a program', classes: [{ name: 'cup', colour: '#112233' }] }) },
  updateProject: { body: () => ({ name: 'Renamed' }) },
  createClass: { body: () => ({ name: `class ${newId()}`, colour: '#112233' }) },
  updateClass: { body: () => ({ colour: '#332211' }) },
  findImages: { body: () => ({ sha256s: [randomSha256()] }) },
  uploadImages: { query: '?name=a.png', body: () => new Uint8Array([1, 2, 3]) },
  applyOperations: {
    body: ({ ids }) => ({ operations: [{ id: newId(), maskId: ids.maskId, kind: 'setOrder', zIndex: 2 }] }),
  },
  previewDatasetVersion: { body: () => ({}) },
  createDatasetVersion: { body: () => ({ name: 'v' }) },
  createExport: { body: () => ({}) },
  createRun: { body: () => ({ dryRun: true }) },
  cancelRun: { body: () => ({}) },
  uploadImport: { query: '?name=a.json', body: () => new Uint8Array([1, 2, 3]) },
  startImport: { body: () => ({ classes: [] }) },
  createReview: {
    body: async ({ ids, token }) => {
      const { seenAt } = await (await ask('GET', `/images/${ids.imageId}/review`, { token })).json();
      return { verdict: 'accepted', seenAt };
    },
  },
};
/** What has to have happened before a call. */
const BEFORE: Record<string, (things: Things) => Promise<unknown>> = {
  submitImage: ({ ids, token }) => ask('POST', `/images/${ids.imageId}/claim`, { token }),
  createReview: async (things) => {
    await BEFORE.submitImage?.(things);
    await ask('POST', `/images/${things.ids.imageId}/submit`, { token: things.token });
  },
  startImport: ({ ids }) =>
    imports.move(database.db, ids.importId ?? '', {
      from: ['checking'],
      to: 'ready',
      check: {
        format: 'coco',
        images: 0,
        matched: 0,
        masks: 0,
        boxes: 0,
        classes: [],
        scored: false,
        problems: { total: 0, shown: [] },
      },
    }),
};
/** Their bytes are not there: blobs are tested with an upload below. */
const NO_BYTES = new Set(['downloadOriginal', 'downloadDisplay', 'downloadThumbnail', 'downloadExport']);

describe.each(ENDPOINTS.map((endpoint) => [endpoint.name, endpoint] as const))('%s', (name, endpoint) => {
  const { method, path: template, scope } = endpoint;
  const call = async (things: Things, token: string | null) => {
    const body = await NEEDS[name]?.body?.(things);
    return ask(method, fill(template, things.ids) + (NEEDS[name]?.query ?? ''), {
      token,
      ...(body === undefined ? {} : { body }),
    });
  };

  test('AP1 answers what the document promises to a token with its scope', async () => {
    const things = method === 'GET' ? shared : await makeThings();
    await BEFORE[name]?.(things);
    const answer = await call(things, (await tokenOf(things.leadId, [scope])).secret);
    expect(answer.status, await answer.clone().text()).toBe(NO_BYTES.has(name) ? 404 : successOf(endpoint));
  });

  test('AP1 refuses no token, a token without its scope, and a stranger where there is a project', async () => {
    expect((await call(shared, null)).status).toBe(401);
    expect((await call(shared, without[scope])).status).toBe(403);
    if (!/\{(?!modelVersionId)/.test(template)) return;
    const answer = await call(shared, stranger);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});

test('AP2 a token is over when it is revoked, expired, or its person is disabled', async () => {
  const { leadId, ids } = await makeThings();
  const url = `/projects/${ids.projectId}`;
  const revoked = await tokenOf(leadId);
  const expired = await tokenOf(leadId);
  const disabled = await tokenOf(leadId);
  for (const { secret } of [revoked, expired, disabled]) {
    expect((await ask('GET', url, { token: secret })).status).toBe(200);
  }
  await apiTokens.revoke(database.db, { id: revoked.id, userId: leadId });
  await database.db.apiToken.update({
    where: { id: expired.id },
    data: { expiresAt: new Date(Date.now() - 1000) },
  });
  expect((await ask('GET', url, { token: revoked.secret })).status).toBe(401);
  expect((await ask('GET', url, { token: expired.secret })).status).toBe(401);
  await users.setDisabled(database.db, leadId, true);
  expect((await ask('GET', url, { token: disabled.secret })).status).toBe(401);
});

test('AP2 only the hash of a token is kept, its use is noted, and nobody revokes another’s', async () => {
  const { leadId, token } = await makeThings();
  const made = await tokenOf(leadId);
  const row = await database.db.apiToken.findUniqueOrThrow({ where: { id: made.id } });
  expect(JSON.stringify(row)).not.toContain(made.secret);
  expect(row.lastUsedAt).toBeNull();
  await ask('GET', '/me', { token: made.secret });
  expect(
    (await database.db.apiToken.findUniqueOrThrow({ where: { id: made.id } })).lastUsedAt,
  ).not.toBeNull();
  const other = await callerFor(database, (await makeUser(database.db)).id);
  await expect(other.caller.token.revoke({ tokenId: made.id })).rejects.toThrow('no such token');
  expect((await ask('GET', '/me', { token })).status).toBe(200);
});

test('what a program does stands in the audit log with its token', async () => {
  const { leadId, ids } = await makeThings();
  const { id, secret } = await tokenOf(leadId);
  await ask('PATCH', `/projects/${ids.projectId}`, { token: secret, body: { name: 'By a program' } });
  const [event] = await database.db.auditEvent.findMany({
    where: { userId: leadId, action: 'project.update' },
  });
  expect(event?.detail).toMatchObject({ name: 'By a program', tokenId: id });
});

test('a token that asks too often has to wait, and is told for how long', async () => {
  const { leadId } = await makeThings();
  const { id, secret } = await tokenOf(leadId);
  await database.db.rateLimiterFlexible.create({
    data: { key: `api-token:${id}`, points: 300, expire: new Date(Date.now() + 20_000) },
  });
  const answer = await ask('GET', '/me', { token: secret });
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(10);
  expect(((await answer.json()) as { detail: string }).detail).toContain('300 requests');
});

test('lists are read page by page, each image once', async () => {
  const { token, ids } = await makeThings();
  for (let i = 0; i < 4; i++) await makeImage(database.db, { projectId: ids.projectId ?? '' });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const url: string = `/projects/${ids.projectId}/images?limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const read = (await (await ask('GET', url, { token })).json()) as {
      items: { id: string }[];
      nextCursor: string | null;
      total: number;
    };
    expect(read.total).toBe(5);
    seen.push(...read.items.map(({ id }) => id));
    cursor = read.nextCursor;
  }
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
  const none = await ask('GET', `/projects/${ids.projectId}/images?status=accepted,skipped`, { token });
  expect(((await none.json()) as { total: number }).total).toBe(0);
});

test('a project made without thresholds has those that suit its model', async () => {
  const { token } = shared;
  const made = async (family: string) => {
    const { id: modelVersionId } = await makeModel(database.db);
    await database.db.modelVersion.update({ where: { id: modelVersionId }, data: { family } });
    const answer = await ask('POST', '/projects', { token, body: { name: family, modelVersionId } });
    return answer.json();
  };
  expect(await made('maskloop')).toMatchObject(suggestedThresholds('maskloop'));
  expect(await made('sam')).toMatchObject(suggestedThresholds('sam'));
});

test('a read that did not change is answered with 304, and again in full once it has', async () => {
  const { token, ids } = await makeThings();
  const url = `/projects/${ids.projectId}`;
  const etag = (await ask('GET', url, { token })).headers.get('etag') ?? '';
  const same = await ask('GET', url, { token, headers: { 'if-none-match': `"other", ${etag}` } });
  expect(same.status).toBe(304);
  expect(await same.text()).toBe('');
  await ask('PATCH', url, { token, body: { name: 'Another name' } });
  expect((await ask('GET', url, { token, headers: { 'if-none-match': etag } })).status).toBe(200);
});

describe('AP3 a write with an Idempotency-Key', () => {
  test('happens once, however often and however close together it is sent', async () => {
    const { token, ids } = await makeThings();
    const send = () =>
      ask('POST', `/dataset-versions/${ids.datasetVersionId}/exports`, {
        token,
        body: { format: 'coco' },
        headers: { 'idempotency-key': 'order-1' },
      });
    const before = await database.db.export.count();
    const sent = await Promise.all([send(), send(), send()]);
    const bodies = await Promise.all(sent.map((answer) => answer.text()));
    expect(sent.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(bodies).size).toBe(1);
    expect(await (await send()).text()).toBe(bodies[0]);
    expect(await database.db.export.count()).toBe(before + 1);
  });

  test('hands its jobs to the queue as soon as it is written', async () => {
    const { token, ids } = await makeThings();
    const answer = await ask('POST', `/dataset-versions/${ids.datasetVersionId}/exports`, {
      token,
      body: { format: 'coco' },
      headers: { 'idempotency-key': 'order-2' },
    });
    const { id } = (await answer.json()) as { id: string };
    const job = await database.db.job.findFirstOrThrow({
      where: { name: 'export.build', payload: { equals: { exportId: id } } },
    });
    expect(job.dispatchedAt).not.toBeNull();
  });

  test('is refused when the key was used for something else', async () => {
    const { token } = await makeThings();
    const send = (name: string) =>
      ask('POST', '/projects', { token, body: { name }, headers: { 'idempotency-key': 'same' } });
    expect((await send('One')).status).toBe(201);
    const other = await send('Another');
    expect(other.status).toBe(400);
    expect(await other.json()).toMatchObject({ errors: [{ field: 'Idempotency-Key', value: 'same' }] });
  });

  test('that failed changed nothing, and may be sent again', async () => {
    const { token, ids, leadId } = await makeThings();
    const send = () =>
      ask('POST', `/projects/${ids.projectId}/classes`, {
        token,
        body: { name: 'twice', colour: '#112233' },
        headers: { 'idempotency-key': 'class' },
      });
    const first = await database.db.labelClass.create({
      data: { projectId: ids.projectId ?? '', index: 9, name: 'Twice', colour: '#000000' },
    });
    expect((await send()).status).toBe(400);
    await database.db.labelClass.update({ where: { id: first.id }, data: { deletedAt: new Date() } });
    expect((await send()).status).toBe(201);
    expect(await database.db.idempotentAnswer.count({ where: { userId: leadId } })).toBe(1);
  });
});

describe('problems name the field, the limit and the value', () => {
  test('in the body', async () => {
    const { token, ids } = await makeThings();
    const answer = await ask('PATCH', `/projects/${ids.projectId}`, { token, body: { confidentIou: 1.5 } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'INVALID_INPUT',
      status: 400,
      errors: [{ field: 'confidentIou', limit: 1, value: 1.5 }],
    });
  });

  test('in the query, and a body that is no JSON', async () => {
    const { token, ids } = await makeThings();
    const answer = await ask('GET', `/projects/${ids.projectId}/images?limit=1000`, { token });
    expect(await answer.json()).toMatchObject({ errors: [{ field: 'limit', limit: 200, value: '1000' }] });
    const request = new Request('http://maskloop.test/api/v1/projects', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{"name":',
    });
    const broken = await POST(request);
    expect(await broken.json()).toMatchObject({ status: 400, detail: expect.stringContaining('not JSON') });
  });

  test('a path that is not there, a method it does not take, an id that is none', async () => {
    const { token } = await makeThings();
    expect((await ask('GET', '/nothing', { token })).status).toBe(404);
    const wrong = await ask('DELETE', '/projects', { token });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await ask('GET', '/projects/1', { token })).status).toBe(404);
  });
});

test('an uploaded picture is listed, found by its hash, and comes back byte for byte', async () => {
  const { token, ids } = await makeThings();
  const bytes = await sharp({ create: { width: 32, height: 24, channels: 3, background: '#336699' } })
    .png()
    .toBuffer();
  const send = () =>
    ask('PUT', `/projects/${ids.projectId}/images?name=blue.png`, { token, body: new Uint8Array(bytes) });
  const line = JSON.parse(await (await send()).text()) as { status: string; imageId: string };
  expect(line.status).toBe('added');
  expect(JSON.parse(await (await send()).text())).toMatchObject({
    status: 'duplicate',
    imageId: line.imageId,
  });
  const image = (await (await ask('GET', `/images/${line.imageId}`, { token })).json()) as { sha256: string };
  const found = await ask('POST', `/projects/${ids.projectId}/images/known`, {
    token,
    body: { sha256s: [image.sha256, randomSha256()] },
  });
  expect(await found.json()).toEqual({ items: [{ sha256: image.sha256, imageId: line.imageId }] });
  const original = await ask('GET', `/images/${line.imageId}/original`, { token });
  expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true);
});

test('a program makes a mask as the editor does: the server computes the origin, a repetition changes nothing', async () => {
  const { token, ids } = await makeThings();
  const url = `/images/${ids.imageId}/operations`;
  const body = {
    operations: [
      {
        id: newId(),
        maskId: newId(),
        kind: 'revise',
        baseRevisionId: null,
        edit: 'draw',
        counts: rectangleCounts({ x: 1, y: 1, width: 5, height: 5 }, { width: 64, height: 48 }),
      },
    ],
  };
  const first = (await (await ask('POST', url, { token, body })).json()) as { answers: unknown[] };
  expect(first.answers).toMatchObject([
    { repeated: false, result: { status: 'applied', revision: { origin: 'manual', area: 25 } } },
  ]);
  const again = await (await ask('POST', url, { token, body })).json();
  expect(again).toMatchObject({ answers: [{ repeated: true }] });
  const masks = (await (await ask('GET', `/images/${ids.imageId}/masks`, { token })).json()) as {
    items: unknown[];
  };
  expect(masks.items).toHaveLength(2);

  const closeUp = { x0: 8, y0: 4, x1: 48, y1: 44 };
  const round = { points: [{ x: 10, y: 6, label: 'foreground' }], box: null, feedback: false, candidate: 1 };
  const asked = (x: number) => ({
    ...body.operations[0],
    id: newId(),
    maskId: newId(),
    edit: 'prompt',
    modelVersionId: ids.modelVersionId,
    prompts: [{ ...round, points: [{ ...round.points[0], x }], closeUp }],
  });
  const prompted = [asked(48), asked(10)];
  const answers = await (await ask('POST', url, { token, body: { operations: prompted } })).json();
  const message = 'prompts.0.points.0.x: at least 8 and below 48 in this close-up, got 48';
  expect(answers).toMatchObject({
    answers: [{ result: { status: 'refused', message } }, { result: { status: 'applied' } }],
  });
  const read = await (await ask('GET', `/images/${ids.imageId}/masks`, { token })).json();
  expect(read).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({ id: prompted[1]?.maskId, prompts: [{ ...round, closeUp }] }),
    ]),
  });
});

test('the OpenAPI document names every endpoint once, with a schema for what it takes and answers', async () => {
  const document = (await getDocument().json()) as {
    openapi: string;
    paths: Record<
      string,
      Record<string, { operationId: string; responses: Record<string, unknown>; requestBody?: unknown }>
    >;
  };
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
    ENDPOINTS.map(({ name }) => name).sort(),
  );
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ENDPOINTS.length);
  for (const operation of operations) expect(operation.responses).toHaveProperty('default');
  const create = document.paths['/projects']?.post?.requestBody;
  expect(create).toMatchObject({
    content: { 'application/json': { schema: { type: 'object', required: ['name'] } } },
  });
  const operation = document.paths['/images/{imageId}/operations']?.post?.requestBody;
  expect(JSON.stringify(operation)).toContain('"closeUp":{"description":"the part of the image');
});
