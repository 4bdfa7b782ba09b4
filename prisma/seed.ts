// Brings an installation to where somebody can sign in and try it: the first admin, the embedded model, the demo
// project. Safe to run with every start: what is there is left as it is.
//   tsx prisma/seed.ts                 what is missing
//   tsx prisma/seed.ts --reset-demo    the demo project anew; other projects stay
// Passwords are told once, as lines of JSON on stdout: {"createdAdmin":{…}} and {"createdDemoUsers":[…]}.
import { parseArgs } from 'node:util';
import { EnvError, loadEnv } from '@maskloop/config';
import { createDb } from '@maskloop/db';
import { isDomainError } from '@maskloop/domain';
import { backendOf, createDispatcher } from '@maskloop/jobs';
import { createStore } from '@maskloop/storage';
import { createFirstAdmin } from './seed/admin.ts';
import { seedDemo } from './seed/demo.ts';
import { registerEmbeddedModel } from './seed/embedded-model.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'reset-demo': { type: 'boolean', default: false } } });
  const env = loadEnv(process.env);
  const db = createDb(env.DATABASE_URL, { connections: 4 });
  const store = createStore(env);
  const dispatcher = createDispatcher({
    db,
    backend: backendOf(env),
    // the rows are safe and the sweeper hands them over, so a queue that is away is worth a line, not a failure
    onError: (error) => process.stderr.write(`queue: ${error.message}\n`),
  });
  try {
    await store.check();
    const admin = await createFirstAdmin(db);
    if (admin) tell({ createdAdmin: admin });
    const model = await registerEmbeddedModel({ db, store, modelsDir: env.MODELS_DIR });
    if (!env.DEMO && !values['reset-demo']) return;
    const users = await seedDemo(
      { db, store, env, dispatch: (ids) => dispatcher.dispatch(ids), model },
      { reset: values['reset-demo'] },
    );
    if (users.length > 0) tell({ createdDemoUsers: users });
  } finally {
    await dispatcher.close();
    await db.$disconnect();
  }
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

try {
  await main();
} catch (error) {
  // what a person can do something about needs no stack
  const expected = isDomainError(error) || error instanceof EnvError;
  process.stderr.write(`${expected ? (error as Error).message : ((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
}
