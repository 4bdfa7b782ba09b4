// For tests: throw-away databases, and rows with everything a test does not care about filled in.
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClassKind, ImageStatus, MembershipRole, Origin, Stage } from '@maskloop/domain';
import { compressCounts } from '@maskloop/sam-core';
import pg from 'pg';
import { createDb, type Db, type DbClient } from './client.ts';
import * as images from './images.ts';
import * as imports from './imports.ts';
import * as masks from './masks.ts';
import * as models from './models.ts';
import { newId } from './new-id.ts';
import * as projects from './projects.ts';
import { toRow } from './to-domain.ts';
import * as users from './users.ts';

const MIGRATIONS = path.join(import.meta.dirname, '..', '..', '..', 'prisma', 'migrations');

export interface FreshDatabase {
  readonly db: DbClient;
  readonly url: string;
  readonly name: string;
  /** disconnects and leaves it on the server, for others to copy */
  leave(): Promise<void>;
  /** disconnects and drops it */
  close(): Promise<void>;
  /** refuses connections for so long and ends those there are: what a restart of the server is for this database */
  outage(milliseconds: number): Promise<void>;
}

/**
 * A database of one's own with all tables and no rows, on the server named by TEST_DATABASE_URL or DATABASE_URL,
 * whose user must be allowed to create databases. Copied from a template that the first caller makes, which takes
 * some hundredths of a second.
 */
export async function freshDatabase({
  connections = 5,
  copyOf,
}: {
  connections?: number;
  /** a database of the same server that nobody is connected to; left out: all tables, no rows */
  copyOf?: string | undefined;
} = {}): Promise<FreshDatabase> {
  const server = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  if (!server) throw new Error('TEST_DATABASE_URL or DATABASE_URL must name a PostgreSQL server for tests');
  const name = `maskloop_test_${randomBytes(6).toString('hex')}`;
  await withClient(server, async (client) => {
    const template = copyOf ?? (await templateOn(server, client));
    await client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  });
  const url = urlOf(server, name);
  const db = createDb(url, { connections });
  return {
    db,
    url,
    name,
    leave: () => db.$disconnect(),
    close: async () => {
      await db.$disconnect();
      await withClient(server, (client) => client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
    },
    outage: (milliseconds) =>
      withClient(server, async (client) => {
        await client.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
        try {
          await client.query(
            'SELECT pg_terminate_backend("pid") FROM pg_stat_activity WHERE "datname" = $1',
            [name],
          );
          await wait(milliseconds);
        } finally {
          await client.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`);
        }
      }),
  };
}

/** The migrated database that others are copied from; its name carries the hash of the migrations. */
async function templateOn(server: string, client: pg.Client): Promise<string> {
  const scripts = await migrationScripts();
  const hash = createHash('sha256').update(scripts.join('\n')).digest('hex').slice(0, 16);
  const name = `maskloop_template_${hash}`;
  // one maker at a time: test files run in processes of their own and start together
  await client.query('SELECT pg_advisory_lock($1)', [0x6d61736b]);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      const half = `${name}_half`;
      await client.query(`DROP DATABASE IF EXISTS "${half}" WITH (FORCE)`);
      await client.query(`CREATE DATABASE "${half}"`);
      await withClient(urlOf(server, half), async (inner) => {
        for (const script of scripts) await inner.query(script);
      });
      await client.query(`ALTER DATABASE "${half}" RENAME TO "${name}"`);
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [0x6d61736b]);
  }
  return name;
}

async function migrationScripts(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    folders.map((folder) => readFile(path.join(MIGRATIONS, folder, 'migration.sql'), 'utf8')),
  );
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

// ---- rows ---------------------------------------------------------------------------------------------

let counter = 0;
const next = () => ++counter;

/** Random hex digits, 64 of them: a hash nobody else has. */
export const randomSha256 = (): string => randomBytes(32).toString('hex');

export async function makeUser(
  db: Db,
  input: { email?: string; name?: string; isAdmin?: boolean; passwordHash?: string | null } = {},
): Promise<users.User> {
  const n = next();
  return users.create(db, {
    email: input.email ?? `user-${n}-${randomBytes(3).toString('hex')}@example.org`,
    name: input.name ?? `User ${n}`,
    isAdmin: input.isAdmin ?? false,
    passwordHash: input.passwordHash ?? null,
  });
}

/** A model version whose files do not exist. */
/** An import whose file nobody has looked through yet. */
export async function makeImport(
  db: Db,
  { projectId, createdById }: { readonly projectId: string; readonly createdById: string },
): Promise<{ id: string }> {
  const id = newId();
  const sha256 = randomSha256();
  await imports.create(db, { id, projectId, name: 'labels.json', bytes: 2, sha256, createdById });
  return { id };
}

export async function makeModel(
  db: Db,
  input: { name?: string; encoderSha256?: string; decoderSha256?: string; manifest?: object } = {},
): Promise<{ id: string; encoderSha256: string; decoderSha256: string }> {
  return models.register(db, {
    name: input.name ?? `model-${next()}-${randomBytes(3).toString('hex')}`,
    family: 'sam',
    manifest: input.manifest ?? {},
    encoderSha256: input.encoderSha256 ?? randomSha256(),
    decoderSha256: input.decoderSha256 ?? randomSha256(),
    state: 'active',
  });
}

export interface MadeProject {
  readonly id: string;
  readonly ownerId: string;
  /** in order */
  readonly classIds: readonly string[];
}

export async function makeProject(
  db: Db,
  input: {
    ownerId?: string;
    name?: string;
    stage?: Stage;
    classes?: readonly string[];
    kind?: ClassKind;
    modelVersionId?: string | null;
    members?: readonly { userId: string; role: MembershipRole }[];
  } = {},
): Promise<MadeProject> {
  const ownerId = input.ownerId ?? (await makeUser(db)).id;
  const { id } = await projects.create(db, {
    name: input.name ?? `Project ${next()}`,
    guide: '',
    confidentIou: 0.88,
    confidentStability: 0.95,
    ownerId,
    activeModelVersionId: input.modelVersionId ?? null,
    classes: (input.classes ?? ['thing', 'other']).map((name) => ({
      name,
      colour: '#336699',
      kind: input.kind ?? 'thing',
      parentId: null,
    })),
  });
  if (input.stage) await db.project.update({ where: { id }, data: { stage: toRow(input.stage) } });
  if (input.members) {
    await db.membership.createMany({ data: input.members.map((member) => ({ projectId: id, ...member })) });
  }
  const classes = await db.labelClass.findMany({
    where: { projectId: id },
    select: { id: true },
    orderBy: { index: 'asc' },
  });
  return { id, ownerId, classIds: classes.map((row) => row.id) };
}

export async function makeImage(
  db: Db,
  input: {
    projectId: string;
    name?: string;
    sha256?: string;
    width?: number;
    height?: number;
    status?: ImageStatus;
    priority?: number;
    groupKey?: string | null;
  },
): Promise<{ id: string; sha256: string; width: number; height: number; name: string }> {
  const width = input.width ?? 64;
  const height = input.height ?? 48;
  const sha256 = input.sha256 ?? randomSha256();
  const name = input.name ?? `image-${String(next()).padStart(4, '0')}.png`;
  const { id } = await images.insert(db, {
    projectId: input.projectId,
    sha256,
    name,
    width,
    height,
    orientation: 1,
    format: 'png',
    bitDepth: 8,
    bytes: 1_000,
    uploadedById: null,
    priority: input.priority ?? 0,
    groupKey: input.groupKey ?? null,
  });
  if (input.status) await images.setStatus(db, id, { status: input.status });
  return { id, sha256, width, height, name };
}

/** The first revision that leads to an origin. */
const EDIT_OF = {
  manual: 'draw',
  assisted: 'prompt',
  proposed: 'propose',
  imported: 'import',
  accepted: 'accept',
  corrected: 'draw',
} as const satisfies Record<Origin, string>;

/**
 * A mask with one revision: the rectangle of `box`, in an image of 64 x 48 unless `size` says otherwise, or `pixels`.
 * `accepted` and `corrected` begin with a proposal, so these have two.
 */
export async function makeMask(
  db: Db,
  input: {
    imageId: string;
    authorId: string | null;
    origin?: Origin;
    stage?: Stage;
    classId?: string | null;
    parentId?: string | null;
    box?: { x: number; y: number; width: number; height: number };
    size?: { width: number; height: number };
    /** COCO compressed counts, of the image's size, with what follows from them */
    pixels?: {
      counts: string;
      area: number;
      box: { x: number; y: number; width: number; height: number };
    };
    activeMs?: number;
    promptCount?: number;
    modelVersionId?: string | null;
    iouWithProposal?: number | null;
    predictedIou?: number | null;
    stability?: number | null;
  },
): Promise<{ id: string; headId: string }> {
  const { origin = 'manual', stage = 'assisted-manual' } = input;
  const box = input.box ?? { x: 2, y: 3, width: 10, height: 8 };
  const { width, height } = input.size ?? { width: 64, height: 48 };
  const judged = origin === 'accepted' || origin === 'corrected';
  const id = newId();
  await masks.createMask(db, {
    id,
    imageId: input.imageId,
    classId: input.classId ?? null,
    parentId: input.parentId ?? null,
    stage,
    origin: judged ? 'proposed' : origin,
    createdById: judged || origin === 'proposed' ? null : input.authorId,
  });
  const common = {
    maskId: id,
    imageId: input.imageId,
    stage,
    ...(input.pixels ?? {
      counts: rectangleCounts(box, { width, height }),
      area: box.width * box.height,
      box,
    }),
    modelVersionId: input.modelVersionId ?? null,
    predictedIou: input.predictedIou ?? null,
    stability: input.stability ?? null,
  } as const;
  let parentRevisionId: string | null = null;
  if (judged) {
    parentRevisionId = newId();
    await masks.appendRevision(db, {
      ...common,
      id: parentRevisionId,
      seq: 1,
      parentRevisionId: null,
      edit: 'propose',
      origin: 'proposed',
      authorId: null,
    });
  }
  const headId = newId();
  await masks.appendRevision(db, {
    ...common,
    id: headId,
    seq: judged ? 2 : 1,
    parentRevisionId,
    edit: EDIT_OF[origin],
    origin,
    promptCount: input.promptCount ?? 0,
    activeMs: input.activeMs ?? 0,
    iouWithProposal: input.iouWithProposal ?? null,
    authorId: origin === 'proposed' ? null : input.authorId,
  });
  return { id, headId };
}

/** COCO compressed counts of a filled rectangle; runs go down the columns and begin with the zeros. */
export function rectangleCounts(
  box: { x: number; y: number; width: number; height: number },
  size: { width: number; height: number },
): string {
  const runs: number[] = [box.x * size.height + box.y];
  for (let column = 0; column < box.width; column++) {
    runs.push(box.height);
    const last = column === box.width - 1;
    runs.push(
      last
        ? (size.width - box.x - box.width) * size.height + (size.height - box.y - box.height)
        : size.height - box.height,
    );
  }
  if (runs.at(-1) === 0) runs.pop();
  return compressCounts(Uint32Array.from(runs));
}
