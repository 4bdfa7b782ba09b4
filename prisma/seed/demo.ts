import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DbClient, images, inTransaction, members, projects, users } from '@maskloop/db';
import { DomainError, type MembershipRole } from '@maskloop/domain';
import { type IngestTarget, ingestFile } from '@maskloop/ingest';
import { AMG_PRESETS } from '@maskloop/sam-core';
import type { ObjectStore } from '@maskloop/storage';
import { z } from 'zod';
import { type Credentials, hashed, randomPassword } from './admin.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'demo');

/** What of demo/scenes.json is used; the masks in it are the tests' ground truth and are not imported. */
const Scenes = z.object({
  title: z.string(),
  classes: z.array(
    z.object({
      name: z.string(),
      color: z.string().regex(/^#[0-9a-f]{6}$/),
      kind: z.enum(['thing', 'stuff']),
    }),
  ),
  pictures: z.array(
    z.object({
      image: z.string(),
      objects: z.array(z.object({ class: z.string(), parent: z.number().nullable() })),
    }),
  ),
});

const PEOPLE: readonly { email: string; name: string; role: MembershipRole }[] = [
  { email: 'lead@maskloop.local', name: 'Demo lead', role: 'lead' },
  { email: 'annotator@maskloop.local', name: 'Demo annotator', role: 'annotator' },
  { email: 'reviewer@maskloop.local', name: 'Demo reviewer', role: 'reviewer' },
];

const GUIDE = `Outline every object and its visible parts: a mug and its handle, an apple and its stem.

- **Click** an object and take the mask when it fits; click again where something is missing, or take away with a right click.
- What the model does not get, the brush does.
- An object behind another one ends where it is hidden.
`;

export interface DemoServices {
  readonly db: DbClient;
  readonly store: ObjectStore;
  readonly env: IngestTarget['env'];
  readonly dispatch: NonNullable<IngestTarget['dispatch']>;
  /** id of the model version the demo works with */
  readonly model: string | null;
}

/**
 * The demo project with its people and pictures: made in a database without projects, finished where an earlier
 * start was cut off, and left alone otherwise. Pictures that somebody deleted do not come back.
 * @param reset removes the demo project first, with everything that was done in it
 * @returns people it made, with their passwords
 */
export async function seedDemo(
  services: DemoServices,
  { reset }: { reset: boolean },
): Promise<Credentials[]> {
  const { db } = services;
  if (reset) await projects.eraseDemo(db);
  const existing = await projects.findDemo(db);
  if (!existing && !reset && (await projects.count(db)) > 0) return [];
  const scenes = await readScenes();
  if (!scenes) return [];
  const people = await makePeople(db);
  const projectId = existing?.id ?? (await makeProject(services, scenes));
  await addPictures(services, projectId, scenes);
  return people;
}

async function readScenes(): Promise<z.infer<typeof Scenes> | null> {
  try {
    return Scenes.parse(JSON.parse(await readFile(path.join(FOLDER, 'scenes.json'), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** With random passwords: an installation that others can reach must not have accounts anybody can open. */
async function makePeople(db: DbClient): Promise<Credentials[]> {
  const made: Credentials[] = [];
  for (const { email, name } of PEOPLE) {
    if (await users.byEmail(db, email)) continue;
    const password = randomPassword();
    await users.create(db, { email, name, passwordHash: await hashed(password) });
    made.push({ email, password });
  }
  return made;
}

async function makeProject({ db, model }: DemoServices, scenes: z.infer<typeof Scenes>): Promise<string> {
  return inTransaction(db, async (tx) => {
    const ids = new Map<MembershipRole, string>();
    for (const { email, role } of PEOPLE) {
      const user = await users.byEmail(tx, email);
      if (user) ids.set(role, user.id);
    }
    const { id } = await projects.create(tx, {
      name: scenes.title,
      guide: GUIDE,
      // the embedded model is less sure of itself than those that the defaults were made for
      confidentIou: AMG_PRESETS.embedded.predIouThresh,
      confidentStability: AMG_PRESETS.embedded.stabilityScoreThresh,
      ownerId: ids.get('lead') ?? '',
      activeModelVersionId: model,
      isDemo: true,
      classes: wholeClasses(scenes).map(({ name, color, kind }) => ({
        name,
        colour: color,
        kind,
        parentId: null,
      })),
    });
    for (const role of ['annotator', 'reviewer'] as const) {
      await members.add(tx, { projectId: id, userId: ids.get(role) ?? '', role });
    }
    return id;
  });
}

/**
 * Classes of whole objects, those on most pictures first: they get the number keys. Parts are a hundred more, too
 * many to begin with.
 */
function wholeClasses({ pictures, classes }: z.infer<typeof Scenes>): z.infer<typeof Scenes>['classes'] {
  const seenOn = new Map<string, number>();
  for (const { objects } of pictures) {
    for (const name of new Set(objects.filter(({ parent }) => parent === null).map((each) => each.class))) {
      seenOn.set(name, (seenOn.get(name) ?? 0) + 1);
    }
  }
  return classes
    .filter(({ name }) => seenOn.has(name))
    .sort((a, b) => (seenOn.get(b.name) ?? 0) - (seenOn.get(a.name) ?? 0));
}

async function addPictures(
  { db, store, env, dispatch }: DemoServices,
  projectId: string,
  { pictures }: z.infer<typeof Scenes>,
): Promise<void> {
  const lead = await users.byEmail(db, PEOPLE[0]?.email ?? '');
  for (const { image } of pictures) {
    const file = path.join(FOLDER, image);
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    if (await images.everHad(db, projectId, sha256)) continue;
    const result = await ingestFile({
      db,
      store,
      env,
      dispatch,
      projectId,
      userId: lead?.id ?? null,
      path: file,
      name: path.basename(image),
    });
    if (result.status === 'refused') throw new DomainError(result.code, result.message, { image });
  }
}
