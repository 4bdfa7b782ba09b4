// PM1, PM2: every role against every procedure. A procedure without a row here fails the first test.
import { datasets, exports, jobs, newId, reviews, runs, samples, textModels, webhooks } from '@maskloop/db';
import { makeImage, makeImport, makeMask, makeModel, makeProject, makeUser } from '@maskloop/db/testing';
import { DatasetFilter, presetParameters, SplitRule } from '@maskloop/domain';
import { describe, expect, test } from 'vitest';
import { appRouter } from '../../../apps/web/src/server/routers/_app.ts';
import { callerFor, useDatabase } from '../../helpers/web-caller.ts';

const ROLES = ['admin', 'lead', 'annotator', 'reviewer', 'stranger', 'nobody'] as const;
type Role = (typeof ROLES)[number];

/** Everything that a call may name, made anew for each call that may change it. */
interface Things {
  projectId: string;
  imageId: string;
  maskId: string;
  revisionId: string;
  jobId: string;
  textModelId: string;
  rankJobId: string;
  runId: string;
  datasetVersionId: string;
  modelVersionId: string;
  exportId: string;
  webhookId: string;
  deliveryId: string;
  importId: string;
  commentId: string;
  sampleId: string;
  userId: string;
  classId: string;
}

const MEMBERS: Role[] = ['admin', 'lead', 'annotator', 'reviewer'];
const REVIEWERS: Role[] = ['admin', 'lead', 'reviewer'];
const LEADS: Role[] = ['admin', 'lead'];
const SIGNED_IN: Role[] = [...MEMBERS, 'stranger'];
const EVERYBODY: Role[] = [...SIGNED_IN, 'nobody'];
const ADMIN: Role[] = ['admin'];

type Row = { allowed: Role[]; input?: (things: Things) => unknown };
const inProject = ({ projectId }: Things) => ({ projectId });
const onRun = ({ runId }: Things) => ({ runId });
const runOrder = (things: Things) => ({
  ...inProject(things),
  modelVersionId: things.modelVersionId,
  kinds: ['propose'],
  scope: { kind: 'all' },
  parameters: presetParameters('reference'),
});
const onSample = ({ sampleId }: Things) => ({ sampleId });
const onImage = ({ imageId }: Things) => ({ imageId });

const TABLE: Record<string, Row> = {
  'me.get': { allowed: SIGNED_IN },
  'me.work': { allowed: SIGNED_IN },
  'me.machines': { allowed: SIGNED_IN },
  'me.news': { allowed: SIGNED_IN },
  'me.update': { allowed: SIGNED_IN, input: () => ({ theme: 'dark' }) },
  'me.changePassword': {
    allowed: SIGNED_IN,
    input: () => ({ current: 'wrong', next: 'a long new password' }),
  },
  'me.sessions': { allowed: SIGNED_IN },
  'me.revokeSession': { allowed: SIGNED_IN, input: () => ({ sessionId: newId() }) },
  'token.list': { allowed: SIGNED_IN },
  'token.create': { allowed: SIGNED_IN, input: () => ({ name: 'CI', scopes: ['read'], days: 30 }) },
  'token.revoke': { allowed: SIGNED_IN, input: () => ({ tokenId: newId() }) },
  'invitation.get': { allowed: EVERYBODY, input: () => ({ token: 'x'.repeat(43) }) },
  'invitation.accept': {
    allowed: EVERYBODY,
    input: () => ({ token: 'x'.repeat(43), password: 'long enough to do' }),
  },
  'user.list': { allowed: ADMIN },
  'user.create': { allowed: ADMIN, input: () => ({ email: `new-${newId()}@example.org`, name: 'New' }) },
  'user.resetPassword': { allowed: ADMIN, input: ({ userId }) => ({ userId }) },
  'user.setDisabled': { allowed: ADMIN, input: ({ userId }) => ({ userId, disabled: false }) },
  'user.setAdmin': { allowed: ADMIN, input: ({ userId }) => ({ userId, isAdmin: false }) },
  'project.list': { allowed: SIGNED_IN },
  'project.create': { allowed: LEADS, input: () => ({ name: 'Made by a test' }) },
  'project.get': { allowed: MEMBERS, input: inProject },
  'project.update': { allowed: LEADS, input: (things) => ({ ...inProject(things), name: 'Renamed' }) },
  'project.archive': { allowed: LEADS, input: inProject },
  'project.overview': { allowed: MEMBERS, input: inProject },
  'project.stageBoard': { allowed: MEMBERS, input: inProject },
  'project.moveStage': {
    allowed: LEADS,
    input: (things) => ({
      ...inProject(things),
      from: 'assisted-manual',
      to: 'semi-automatic',
      reason: 'enough masks',
    }),
  },
  'member.list': { allowed: MEMBERS, input: inProject },
  'member.add': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), email: 'none@example.org', role: 'annotator' }),
  },
  'member.setRole': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), userId: things.userId, role: 'reviewer' }),
  },
  'member.remove': { allowed: LEADS, input: (things) => ({ ...inProject(things), userId: things.userId }) },
  'class.list': { allowed: MEMBERS, input: inProject },
  'class.create': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), name: `class ${newId()}`, colour: '#112233' }),
  },
  'class.update': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), classId: things.classId, colour: '#332211' }),
  },
  'class.remove': { allowed: LEADS, input: (things) => ({ ...inProject(things), classId: things.classId }) },
  'class.reorder': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), classIds: [things.classId] }),
  },
  'image.page': { allowed: MEMBERS, input: inProject },
  'image.known': {
    allowed: MEMBERS,
    input: (things) => ({ ...inProject(things), sha256s: ['a'.repeat(64)] }),
  },
  'image.counts': { allowed: MEMBERS, input: inProject },
  'image.get': { allowed: MEMBERS, input: onImage },
  'image.neighbours': { allowed: MEMBERS, input: onImage },
  'image.requestEmbedding': { allowed: MEMBERS, input: onImage },
  'image.requestCloseUp': {
    allowed: MEMBERS,
    input: (things) => ({ ...onImage(things), closeUp: { x0: 0, y0: 0, x1: 32, y1: 32 } }),
  },
  'image.remove': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), imageIds: [things.imageId] }),
  },
  'image.skip': { allowed: MEMBERS, input: (things) => ({ ...onImage(things), reason: 'blurred' }) },
  'image.setPriority': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), imageIds: [things.imageId], priority: 3 }),
  },
  'mask.load': { allowed: MEMBERS, input: onImage },
  'mask.save': {
    allowed: MEMBERS,
    input: (things) => ({
      ...onImage(things),
      operations: [{ id: newId(), maskId: things.maskId, kind: 'remove' }],
    }),
  },
  'mask.history': { allowed: MEMBERS, input: ({ maskId }) => ({ maskId }) },
  'mask.lineage': { allowed: MEMBERS, input: ({ maskId }) => ({ maskId }) },
  'mask.revision': { allowed: MEMBERS, input: ({ revisionId }) => ({ revisionId }) },
  'assignment.claim': { allowed: MEMBERS, input: onImage },
  // both name a lease, which only its holder has: anybody else's is over for them
  'assignment.renew': { allowed: SIGNED_IN, input: () => ({ assignmentId: newId() }) },
  'assignment.release': { allowed: SIGNED_IN, input: () => ({ assignmentId: newId() }) },
  'assignment.submit': { allowed: MEMBERS, input: onImage },
  'assignment.next': { allowed: MEMBERS, input: inProject },
  'assignment.assign': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), imageIds: [things.imageId], userId: things.userId }),
  },
  'assignment.free': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), imageIds: [things.imageId] }),
  },
  'assignment.workload': { allowed: LEADS, input: inProject },
  'review.queue': { allowed: REVIEWERS, input: inProject },
  'review.submitters': { allowed: REVIEWERS, input: inProject },
  'review.load': { allowed: REVIEWERS, input: onImage },
  'review.decide': {
    allowed: REVIEWERS,
    input: (things) => ({ ...onImage(things), verdict: 'accepted', seenAt: null }),
  },
  'review.remarks': { allowed: MEMBERS, input: onImage },
  'review.pin': {
    allowed: REVIEWERS,
    input: (things) => ({ ...onImage(things), x: 3, y: 4, text: 'here' }),
  },
  'review.unpin': { allowed: REVIEWERS, input: ({ commentId }) => ({ commentId }) },
  'review.resolve': { allowed: MEMBERS, input: ({ commentId }) => ({ commentId, resolved: true }) },
  'model.list': { allowed: SIGNED_IN },
  'model.get': { allowed: SIGNED_IN, input: () => ({ modelVersionId: newId() }) },
  'job.page': { allowed: LEADS, input: inProject },
  'job.summary': { allowed: MEMBERS, input: inProject },
  'job.retry': { allowed: LEADS, input: ({ jobId }) => ({ jobId }) },
  'job.cancel': { allowed: LEADS, input: ({ jobId }) => ({ jobId }) },
  'run.estimate': { allowed: LEADS, input: runOrder },
  'run.start': { allowed: LEADS, input: runOrder },
  'run.list': { allowed: LEADS, input: inProject },
  'run.get': { allowed: LEADS, input: onRun },
  'run.items': { allowed: LEADS, input: onRun },
  'run.cancel': { allowed: LEADS, input: onRun },
  'run.retryFailed': { allowed: LEADS, input: onRun },
  'run.resume': { allowed: LEADS, input: onRun },
  'run.preview': { allowed: LEADS, input: (things) => ({ ...onRun(things), ...onImage(things) }) },
  'run.compare': { allowed: LEADS, input: (things) => ({ ...onRun(things), otherRunId: things.runId }) },
  'run.active': { allowed: MEMBERS, input: onImage },
  'text.models': { allowed: SIGNED_IN },
  'text.rank': {
    allowed: MEMBERS,
    input: (things) => ({ ...onImage(things), textModelId: things.textModelId, phrase: 'red' }),
  },
  'text.ranking': { allowed: MEMBERS, input: ({ rankJobId }) => ({ jobId: rankJobId }) },
  'worker.list': { allowed: LEADS, input: inProject },
  'worker.depths': { allowed: LEADS, input: inProject },
  'dataset.preview': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), filter: {}, splits: {} }),
  },
  'dataset.freeze': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), name: 'v', filter: {}, splits: {} }),
  },
  'dataset.list': { allowed: LEADS, input: inProject },
  'dataset.choices': { allowed: LEADS, input: inProject },
  'dataset.composition': { allowed: LEADS, input: ({ datasetVersionId }) => ({ datasetVersionId }) },
  'dataset.items': { allowed: LEADS, input: ({ datasetVersionId }) => ({ datasetVersionId }) },
  'dataset.difference': {
    allowed: LEADS,
    input: ({ datasetVersionId }) => ({ datasetVersionId, fromVersionId: datasetVersionId }),
  },
  'dataset.differenceExamples': {
    allowed: LEADS,
    input: ({ datasetVersionId }) => ({ datasetVersionId, fromVersionId: datasetVersionId, change: 'same' }),
  },
  'lint.policy': { allowed: MEMBERS, input: inProject },
  'lint.setPolicy': { allowed: LEADS, input: (things) => ({ ...inProject(things), policy: {} }) },
  'lint.latest': { allowed: LEADS, input: inProject },
  'lint.start': { allowed: LEADS, input: inProject },
  'lint.findings': {
    allowed: LEADS,
    input: (things) => ({ ...inProject(things), scanId: newId(), rule: 'holes' }),
  },
  'lint.fix': { allowed: MEMBERS, input: (things) => ({ ...inProject(things), findingIds: [newId()] }) },
  'dataset.update': {
    allowed: LEADS,
    input: ({ datasetVersionId }) => ({ datasetVersionId, notes: 'for the paper' }),
  },
  'dataset.remove': { allowed: LEADS, input: ({ datasetVersionId }) => ({ datasetVersionId }) },
  'dataset.get': { allowed: LEADS, input: ({ datasetVersionId }) => ({ datasetVersionId }) },
  'export.create': { allowed: LEADS, input: ({ datasetVersionId }) => ({ datasetVersionId }) },
  'export.cancel': { allowed: LEADS, input: ({ exportId }) => ({ exportId }) },
  'export.remove': { allowed: LEADS, input: ({ exportId }) => ({ exportId }) },
  'export.link': { allowed: LEADS, input: ({ exportId }) => ({ exportId }) },
  'export.list': { allowed: LEADS, input: ({ datasetVersionId }) => ({ datasetVersionId }) },
  'export.get': { allowed: LEADS, input: ({ exportId }) => ({ exportId }) },
  'embedding.ledger': { allowed: ADMIN },
  'embedding.purge': { allowed: ADMIN, input: () => ({ encoderSha256: 'a'.repeat(64) }) },
  'webhook.list': { allowed: LEADS, input: inProject },
  'webhook.create': {
    allowed: LEADS,
    input: (things) => ({
      ...inProject(things),
      url: 'https://ci.example.org/hook',
      events: ['export.ready'],
    }),
  },
  'webhook.update': { allowed: LEADS, input: ({ webhookId }) => ({ webhookId, active: false }) },
  'webhook.remove': { allowed: LEADS, input: ({ webhookId }) => ({ webhookId }) },
  'webhook.test': { allowed: LEADS, input: ({ webhookId }) => ({ webhookId }) },
  'webhook.deliveries': { allowed: LEADS, input: ({ webhookId }) => ({ webhookId }) },
  'webhook.redeliver': { allowed: LEADS, input: ({ deliveryId }) => ({ deliveryId }) },
  'import.page': { allowed: LEADS, input: inProject },
  'import.get': { allowed: LEADS, input: ({ importId }) => ({ importId }) },
  'import.start': { allowed: LEADS, input: ({ importId }) => ({ importId, plan: { classes: [] } }) },
  'import.cancel': { allowed: LEADS, input: ({ importId }) => ({ importId }) },
  'import.remove': { allowed: LEADS, input: ({ importId }) => ({ importId }) },
  'sample.strata': { allowed: REVIEWERS, input: (things) => ({ ...inProject(things), unit: 'mask' }) },
  'sample.list': { allowed: REVIEWERS, input: inProject },
  'sample.draw': { allowed: LEADS, input: (things) => ({ ...inProject(things), size: 1, seed: 1 }) },
  'sample.get': { allowed: REVIEWERS, input: onSample },
  'sample.item': { allowed: REVIEWERS, input: (things) => ({ ...onSample(things), place: 1 }) },
  'sample.judge': {
    allowed: REVIEWERS,
    input: (things) => ({ ...onSample(things), place: 1, verdict: 'good' }),
  },
  'analytics.planted': { allowed: MEMBERS, input: inProject },
  'analytics.verdicts': { allowed: MEMBERS, input: inProject },
  'analytics.figures': { allowed: MEMBERS, input: inProject },
  'agreement.summary': { allowed: LEADS, input: inProject },
  'agreement.list': { allowed: LEADS, input: inProject },
  'agreement.waiting': { allowed: LEADS, input: inProject },
  'audit.page': { allowed: ADMIN, input: () => ({}) },
  'system.health': { allowed: ADMIN },
  'events.project': { allowed: MEMBERS, input: inProject },
};

/** Codes that mean "you may not", as opposed to "not like this". */
const DENIALS = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND']);
/** Allowed calls that name something that does not exist on purpose. */
const FINDS_NOTHING = new Set([
  'invitation.get',
  'invitation.accept',
  'me.revokeSession',
  'token.revoke',
  'model.get',
  'member.add',
  'lint.findings',
]);

const database = useDatabase();

test('PM1 every procedure has a row in the table, and every row a procedure', () => {
  const procedures = Object.keys(appRouter._def.procedures).sort();
  expect(Object.keys(TABLE).sort()).toEqual(procedures);
});

// who is let in changes things; who only looks, or is turned away, leaves them for the next one
let untouched: Promise<Things> | undefined;

describe.each(Object.entries(TABLE))('PM1 %s', (name, { allowed, input }) => {
  const thingsFor = (role: Role): Promise<Things> => {
    if (isMutation(name) && allowed.includes(role)) return makeThings();
    untouched ??= makeThings();
    return untouched;
  };

  test.each(ROLES)('%s', async (role) => {
    const things = await thingsFor(role);
    const { caller } = await callerFor(database, await userFor(role, things.projectId));
    const denied = await denialOf(caller, name, input?.(things));
    if (!allowed.includes(role)) {
      const nothingToDoWithIt = role === 'stranger' && allowed.length > 0 && usesProject(input);
      expect(denied).toBe(
        role === 'nobody' ? 'UNAUTHENTICATED' : nothingToDoWithIt ? 'NOT_FOUND' : 'FORBIDDEN',
      );
    } else if (FINDS_NOTHING.has(name)) {
      expect([null, 'NOT_FOUND']).toContain(denied);
    } else {
      expect(denied).toBeNull();
    }
  });
});

test('PM4 an id of another project and an id of nothing get the same answer', async () => {
  const mine = await makeThings();
  const theirs = await makeThings();
  const { caller } = await callerFor(database, await userFor('lead', mine.projectId));
  const foreign = await failureOf(() => caller.image.get({ imageId: theirs.imageId }));
  const unknown = await failureOf(() => caller.image.get({ imageId: newId() }));
  expect(foreign).toEqual(unknown);
  expect(foreign.code).toBe('NOT_FOUND');
});

function isMutation(name: string): boolean {
  // typed as a tree, but flat: `project.get` is a key
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
  return procedures[name]?._def.type === 'mutation';
}

/** Things that belong to a project. */
const PROJECT_THINGS = [
  'projectId',
  'imageId',
  'maskId',
  'revisionId',
  'jobId',
  'runId',
  'datasetVersionId',
  'exportId',
  'webhookId',
  'deliveryId',
  'commentId',
  'importId',
  'sampleId',
] as const;

function usesProject(input: Row['input']): boolean {
  if (!input) return false;
  const marks = Object.fromEntries(
    [...PROJECT_THINGS, 'userId', 'classId'].map((key) => [key, key]),
  ) as unknown as Things;
  const fields = input(marks) as Record<string, unknown>;
  return PROJECT_THINGS.some((field) => field in fields);
}

async function userFor(role: Role, projectId: string): Promise<string | null> {
  if (role === 'nobody') return null;
  const user = await makeUser(database.db, { isAdmin: role === 'admin' });
  if (role === 'lead' || role === 'annotator' || role === 'reviewer') {
    await database.db.membership.create({ data: { projectId, userId: user.id, role } });
  }
  return user.id;
}

const NO_REPORT = {
  images: 0,
  masks: 0,
  negatives: 0,
  bad: [],
  badCount: 0,
  losses: [],
  readBack: null,
  seconds: 0,
};

async function makeThings(): Promise<Things> {
  const { db } = database;
  const member = await makeUser(db);
  const model = await makeModel(db);
  const project = await makeProject(db, {
    modelVersionId: model.id,
    members: [{ userId: member.id, role: 'annotator' }],
  });
  const image = await makeImage(db, { projectId: project.id });
  const mask = await makeMask(db, { imageId: image.id, authorId: member.id });
  const job = await jobs.insertPending(db, {
    name: 'image.encode',
    key: newId(),
    payload: { imageId: image.id, modelVersionId: model.id },
    priority: 10,
    projectId: project.id,
  });
  const run = await runs.create(db, {
    projectId: project.id,
    startedById: member.id,
    modelVersionId: model.id,
    kinds: ['propose'],
    scope: { kind: 'all' },
    parameters: presetParameters('reference'),
    priority: 'normal',
    note: '',
    dryRun: false,
  });
  const textModel = await textModels.register(db, { name: newId(), manifest: {} });
  const ranking = await jobs.insertPending(db, {
    name: 'text.rank',
    key: newId(),
    payload: { imageId: image.id, textModelId: textModel.id, phrase: 'red' },
    priority: 1,
    projectId: project.id,
  });
  const version = await datasets.freeze(db, {
    projectId: project.id,
    name: 'first',
    notes: '',
    filter: DatasetFilter.parse({ origins: 'all' }),
    splits: SplitRule.parse({}),
    createdById: project.ownerId,
  });
  const webhook = await webhooks.create(db, {
    projectId: project.id,
    url: 'https://ci.example.org/hook',
    events: ['export.ready'],
    secret: 'whsec_c2VjcmV0',
    createdById: project.ownerId,
  });
  const deliveryId = await webhooks.insertDelivery(db, webhook.id, {
    type: 'webhook.test',
    timestamp: new Date().toISOString(),
    data: {},
  });
  const { id: exportId } = await exports.create(db, {
    datasetVersionId: version.id,
    format: 'coco',
    options: {},
    createdById: project.ownerId,
  });
  await exports.finish(db, exportId, {
    storageKey: 'exports/x.zip',
    sha256: '0'.repeat(64),
    bytes: 1,
    report: NO_REPORT,
  });
  const { id: importId } = await makeImport(db, { projectId: project.id, createdById: project.ownerId });
  const comment = await reviews.comment(db, {
    imageId: image.id,
    authorId: project.ownerId,
    maskId: mask.id,
    x: 1,
    y: 2,
    text: 'look here',
  });
  await makeMask(db, { imageId: image.id, authorId: null, origin: 'proposed', predictedIou: 0.9 });
  const sample = await samples.draw(db, {
    projectId: project.id,
    unit: 'mask',
    size: 1,
    allocation: 'proportional',
    seed: 1,
    floor: { predictedIou: 0, stability: 0 },
    stage: 'fully-automatic',
    createdById: project.ownerId,
  });
  return {
    importId,
    projectId: project.id,
    commentId: comment.id,
    imageId: image.id,
    maskId: mask.id,
    revisionId: mask.headId,
    jobId: job.id,
    textModelId: textModel.id,
    rankJobId: ranking.id,
    runId: run.id,
    modelVersionId: model.id,
    datasetVersionId: version.id,
    exportId,
    webhookId: webhook.id,
    deliveryId,
    sampleId: sample.id,
    userId: member.id,
    classId: project.classIds[0] ?? '',
  };
}

/** @returns the denial's code; null when the call was let in, whatever came of it */
async function denialOf(caller: object, name: string, input: unknown): Promise<string | null> {
  try {
    const call = name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], caller);
    const answer = await (call as (input: unknown) => Promise<unknown>)(input);
    // a subscription answers with a stream: being let in is enough
    await (answer as AsyncGenerator | undefined)?.return?.(undefined);
    return null;
  } catch (error) {
    const code = codeOf(error);
    return DENIALS.has(code) ? code : null;
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  return cause?.code ?? 'BUG';
}

async function failureOf(call: () => Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call();
  } catch (error) {
    return { code: codeOf(error), message: (error as Error).message };
  }
  throw new Error('the call was let in');
}
