// Dataset versions of many masks in 10,000 images: the builder's counts, freezing, the difference of two versions, and the
// export through a worker, whose memory must not grow with the masks. Beside the counts stands what they were before:
// one row for each image and reason, added up outside the database.
// npm run bench -- dataset             100,000 masks, and a quarter of them
// BENCH_MASKS=100000,1000000 npm run bench -- dataset      how many; a million wants an idle machine and patience
import { readFileSync } from 'node:fs';
import { type DbClient, datasetDifference, datasets, exports as exportRows } from '@maskloop/db';
import { DatasetFilter, SplitRule } from '@maskloop/domain';
import { requestJob } from '@maskloop/jobs';
import startServers from '../../scripts/vitest/servers.ts';
import { finished, openStack, type Stack } from '../integration/worker/stack.ts';
import { fillMasks, SHAPES } from './fill-masks.ts';

const IMAGES = 10_000;
const MASKS = (process.env.BENCH_MASKS ?? '25000,100000').split(',').map(Number);
/** What a worker may take, whatever the size of the version. */
const MOST_BYTES = 512_000_000;
const splits = SplitRule.parse({});

const line = (what: string, text: string): void => console.log(`${what.padEnd(56)} ${text}`);

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  line(what, `${((performance.now() - started) / 1_000).toFixed(2).padStart(8)} s`);
  return result;
}

/** What the counts cost when every image comes back by itself. */
async function perImage(db: DbClient, projectId: string): Promise<number> {
  const rows = await db.$queryRaw<{ imageId: string; origin: string; classId: string; masks: number }[]>`
    SELECT m."imageId", m."origin"::text AS "origin", m."classId", count(*)::int AS "masks"
    FROM "Mask" m JOIN "Image" i ON i."id" = m."imageId"
    WHERE i."projectId" = ${projectId}::uuid AND m."removedAt" IS NULL GROUP BY 1, 2, 3`;
  return rows.reduce((sum, { masks }) => sum + masks, 0);
}

/** Highest memory of a process so far, bytes, and seconds of CPU it used. */
function usageOf(pid: number): { peak: number; cpu: number } {
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  // the name in brackets may hold anything
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return { peak, cpu: (Number(fields[11]) + Number(fields[12])) / 100 };
}

async function exportOf(
  stack: Stack,
  { id, masks, projectId }: { id: string; masks: number; projectId: string },
): Promise<void> {
  const { db, dispatcher } = stack;
  const worker = await stack.startWorker();
  const before = usageOf(worker.pid);
  const { id: exportId } = await exportRows.create(db, {
    datasetVersionId: id,
    format: 'coco',
    options: {},
    createdById: stack.ownerId,
  });
  const job = await requestJob(db, 'export.build', { exportId }, { projectId });
  await exportRows.setJob(db, exportId, job.id);
  const started = performance.now();
  await dispatcher.dispatch(job.id);
  const { state, error } = await finished(db, job.id, 3_600_000);
  const seconds = (performance.now() - started) / 1_000;
  const row = await exportRows.get(db, exportId);
  if (state !== 'done' || !row?.report) throw new Error(`the export ended as ${state}: ${error}`);
  const { peak, cpu } = usageOf(worker.pid);
  const { readBack, badCount } = row.report;
  if (readBack?.compared !== masks || readBack.different > 0 || badCount > 0)
    throw new Error(`${readBack?.compared} of ${masks} compared, ${readBack?.different} different`);
  line(
    'COCO export, written and read back',
    `${seconds.toFixed(2).padStart(8)} s  ${Math.round(masks / seconds)} masks/s, ${(cpu - before.cpu).toFixed(0)} s of CPU, peak ${Math.round(peak / 1e6)} MB (idle ${Math.round(before.peak / 1e6)} MB), ${((row.bytes ?? 0) / 1e6).toFixed(1)} MB`,
  );
  await stack.stopWorkers();
  if (peak > MOST_BYTES) throw new Error(`the worker took ${peak} bytes, it may take ${MOST_BYTES}`);
}

async function measure(stack: Stack, masks: number): Promise<void> {
  const { db } = stack;
  console.log(
    `\n${masks} masks of ${SHAPES[0]?.counts.length} to ${SHAPES.at(-1)?.counts.length} characters`,
  );
  const { projectId, ownerId, modelVersionId } = await timed('making them', () =>
    fillMasks(db, { masks, images: IMAGES }),
  );
  const count = (filter: object) =>
    datasets.preview(db, projectId, { filter: DatasetFilter.parse(filter), splits });
  await count({});
  const plain = await timed('counts, default filter', () => count({}));
  if (plain.masks !== masks) throw new Error(`${plain.masks} masks would be taken`);
  await timed('the same as rows of images, added up outside', () => perImage(db, projectId));
  await timed('counts, images accepted', () => count({ imageStatuses: ['accepted'] }));
  await timed('counts, one author', () => count({ authorIds: [ownerId] }));
  await timed('counts, first half of the time', () =>
    count({ until: new Date(Date.now() - 5_000 * 600_000).toISOString() }),
  );
  await timed('counts, one model', () => count({ modelVersionIds: [modelVersionId] }));
  const input = { projectId, name: 'bench', notes: '', splits, createdById: ownerId };
  const freeze = () => datasets.freeze(db, { ...input, filter: DatasetFilter.parse({}) });
  const first = await timed('freezing', freeze);
  await exportOf(stack, { id: first.id, masks, projectId });
  const gone = Math.min(IMAGES, masks / 2);
  await db.$executeRaw`UPDATE "Mask" SET "removedAt" = now(), "removedById" = ${ownerId}::uuid WHERE "id" IN
    (SELECT "id" FROM "Mask" WHERE "origin" = 'assisted' ORDER BY "id" LIMIT ${gone})`;
  const second = await timed('freezing again, some removed', freeze);
  await timed('counts, only new since the first version', () => count({ sinceVersionId: first.id }));
  const rows = await timed('difference of both versions', () =>
    datasetDifference.difference(db, first.id, second.id),
  );
  const removed = rows.reduce((sum, row) => sum + row.removed, 0);
  if (removed !== gone) throw new Error(`${removed} masks are called removed, ${gone} were`);
  await timed('24 examples of what was removed', () =>
    datasetDifference.examples(db, first.id, second.id, { change: 'removed', limit: 24 }),
  );
}

const stopServers = await startServers();
try {
  for (const masks of MASKS) {
    const stack = await openStack('postgres');
    try {
      await measure(stack, masks);
    } finally {
      await stack.close();
    }
  }
} finally {
  await stopServers?.();
}
