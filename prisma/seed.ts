// What an installation needs before its first page: an admin, the embedded model version and, unless DEMO is
// false, the demo project. Safe to run at every start: what is there stays. Prints one JSON line, and only when
// it made the admin: {"createdAdmin": {"email", "password"}}.
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Env, loadEnv } from '@maskloop/config';
import { createDb, type DbClient, inTransaction, members, models, projects, users } from '@maskloop/db';
import { CLASS_COLOURS, type MembershipRole } from '@maskloop/domain';
import { ingestFile } from '@maskloop/ingest';
import { backendOf, createDispatcher } from '@maskloop/jobs';
import { ModelManifest } from '@maskloop/sam-core';
import { blobKeys, createStore, type ObjectStore } from '@maskloop/storage';
import { hash } from '@node-rs/argon2';
import { z } from 'zod';

const DEMO_FOLDER = path.join(import.meta.dirname, '..', 'demo');

/** The people of the demo. They exist only with it, and their passwords stand in the README. */
const DEMO_PEOPLE: readonly { role: MembershipRole; name: string }[] = [
  { role: 'lead', name: 'Lea Lead' },
  { role: 'annotator', name: 'Anna Annotator' },
  { role: 'reviewer', name: 'Ray Reviewer' },
];
const DEMO_DOMAIN = 'maskloop.local';
const DEMO_PASSWORD = 'label a still life';

const GUIDE = `# Still life

Twelve pictures that Maskloop rendered itself. Outline what you could name, most prominent first.

- **Hover** to see what a click would give, **click** to take it, **click again** to refine: right click removes.
- **Drag** a box around an object when one click is not enough.
- **Tab** walks through whole, part and subpart.
- **Enter** accepts, **1-9** choose a class, **?** lists all keys.

Go on when a mask takes longer than 30 seconds.
`;

/** demo/scenes.json, as `npm run render-demo` writes it; only what is used here. */
const Scenes = z.object({
  title: z.string(),
  classes: z.array(z.object({ name: z.string(), color: z.string(), kind: z.enum(['thing', 'stuff']) })),
  pictures: z.array(
    z.object({
      image: z.string(),
      objects: z.array(z.object({ class: z.string(), parent: z.number().nullable() })),
    }),
  ),
});

const { values: options } = parseArgs({ options: { 'reset-demo': { type: 'boolean', default: false } } });
const env = loadEnv(process.env);
const db = createDb(env.DATABASE_URL);
try {
  await seed(db, createStore(env), env);
} finally {
  await db.$disconnect();
}

async function seed(db: DbClient, store: ObjectStore, env: Env): Promise<void> {
  await store.check();
  await makeFirstAdmin(db);
  const modelVersionId = await registerEmbeddedModel(db, store, env);
  if (options['reset-demo']) await projects.eraseDemo(db);
  if (env.DEMO || options['reset-demo']) await makeDemo(db, store, env, modelVersionId);
}

async function makeFirstAdmin(db: DbClient): Promise<void> {
  if ((await users.count(db)) > 0) return;
  const email = `admin@${DEMO_DOMAIN}`;
  const password = randomBytes(15).toString('base64url');
  await users.create(db, { email, name: 'Admin', isAdmin: true, passwordHash: await hash(password) });
  console.log(JSON.stringify({ createdAdmin: { email, password } }));
}

/** @returns its id; the files are stored under their hashes, and a changed pair becomes a new model version */
async function registerEmbeddedModel(db: DbClient, store: ObjectStore, env: Env): Promise<string> {
  const folder = path.join(env.MODELS_DIR, 'embedded');
  const manifest = ModelManifest.parse(
    JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')),
  );
  for (const { file, external } of [manifest.encoder, manifest.decoder]) {
    for (const each of [file, ...external]) {
      const key = blobKeys.model(each.sha256);
      if (await store.head(key)) continue;
      const stored = await store.put(key, createReadStream(path.join(folder, each.path)));
      if (stored.sha256 === each.sha256) continue;
      await store.remove(key);
      throw new Error(
        `${path.join(folder, each.path)} has SHA-256 ${stored.sha256}, manifest.json says ${each.sha256}`,
      );
    }
  }
  const known = await models.byName(db, manifest.id);
  if (known) return known.id;
  const { id } = await models.register(db, {
    name: manifest.id,
    family: manifest.family,
    manifest,
    encoderSha256: manifest.encoder.file.sha256,
    decoderSha256: manifest.decoder.file.sha256,
    state: 'active',
    card: await readFile(path.join(folder, 'MODEL_CARD.md'), 'utf8').catch(() => ''),
  });
  return id;
}

async function makeDemo(db: DbClient, store: ObjectStore, env: Env, modelVersionId: string): Promise<void> {
  const scenes = Scenes.parse(JSON.parse(await readFile(path.join(DEMO_FOLDER, 'scenes.json'), 'utf8')));
  const people = await makeDemoPeople(db);
  const lead = people.find(({ role }) => role === 'lead');
  if (!lead) throw new Error('the demo has no lead');
  const projectId = (await projects.findDemo(db))?.id ?? (await makeDemoProject());
  const dispatcher = createDispatcher({ db, backend: backendOf(env) });
  try {
    for (const picture of scenes.pictures) {
      const result = await ingestFile({
        db,
        store,
        env,
        projectId,
        userId: lead.id,
        path: path.join(DEMO_FOLDER, picture.image),
        name: path.basename(picture.image),
        dispatch: (ids) => dispatcher.dispatch(ids),
      });
      if (result.status === 'refused') throw new Error(`demo picture ${result.name}: ${result.message}`);
    }
  } finally {
    await dispatcher.close();
  }

  function makeDemoProject(): Promise<string> {
    return inTransaction(db, async (tx) => {
      const { id } = await projects.create(tx, {
        name: scenes.title,
        guide: GUIDE,
        confidentIou: 0.88,
        confidentStability: 0.95,
        ownerId: lead?.id ?? '',
        activeModelVersionId: modelVersionId,
        isDemo: true,
        classes: demoClasses(scenes).map(({ name, kind }, at) => ({
          name,
          kind,
          colour: CLASS_COLOURS[at % CLASS_COLOURS.length] ?? '#888888',
          parentId: null,
        })),
      });
      for (const { id: userId, role } of people) {
        if (role !== 'lead') await members.add(tx, { projectId: id, userId, role });
      }
      return id;
    });
  }
}

/** Classes of whole things, those that most pictures show first: they get the number keys. */
function demoClasses(scenes: z.infer<typeof Scenes>): z.infer<typeof Scenes>['classes'] {
  const pictures = new Map<string, number>();
  for (const { objects } of scenes.pictures) {
    const wholes = new Set(objects.filter(({ parent }) => parent === null).map((object) => object.class));
    for (const name of wholes) pictures.set(name, (pictures.get(name) ?? 0) + 1);
  }
  return scenes.classes
    .filter(({ name }) => pictures.has(name))
    .sort((a, b) => (pictures.get(b.name) ?? 0) - (pictures.get(a.name) ?? 0));
}

async function makeDemoPeople(db: DbClient): Promise<{ id: string; role: MembershipRole }[]> {
  const made: { id: string; role: MembershipRole }[] = [];
  for (const { role, name } of DEMO_PEOPLE) {
    const email = `${role}@${DEMO_DOMAIN}`;
    const known = await users.byEmail(db, email);
    const { id } =
      known ?? (await users.create(db, { email, name, passwordHash: await hash(DEMO_PASSWORD) }));
    made.push({ id, role });
  }
  return made;
}
