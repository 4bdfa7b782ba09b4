#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine`: the same arguments and the same JSON-RPC over stdin and stdout,
// answered by @prisma/schema-engine-wasm through @prisma/adapter-pg. The Prisma CLI starts it; see README.md.
import { readFileSync } from 'node:fs';
import readline from 'node:readline';
import { makeAdapterFactory } from './adapter.mjs';
import { engineVersion, loadEngine, panics } from './packages.mjs';
import { asPrismaError, connectOnce, createDatabase, dropDatabase } from './server-commands.mjs';

const argv = process.argv.slice(2);

/** @param {string} name @returns {string[]} every value given for the option */
const valuesOf = (name) =>
  argv.flatMap((word, index) =>
    word === name && argv[index + 1] !== undefined ? [argv[index + 1] ?? ''] : [],
  );

/** @type {{ url?: string, shadowDatabaseUrl?: string }} */
const datasource = JSON.parse(valuesOf('--datasource')[0] ?? '{}');

/** @param {'INFO' | 'ERROR'} level @param {string} message @param {object} [fields] */
function log(level, message, fields = {}) {
  const line = {
    timestamp: new Date().toISOString(),
    level,
    fields: { message, ...fields },
    target: 'schema_engine::logger',
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

if (argv.includes('--version') || argv.includes('-V')) {
  console.log(`schema-engine-cli ${engineVersion()} (wasm)`);
} else if (argv.includes('cli')) {
  await runServerCommand(argv.at(-1) ?? '');
} else {
  await answerRpc();
}

/** @param {string} command */
async function runServerCommand(command) {
  const address = datasource.url ?? '';
  log('INFO', 'schema engine (wasm)'); // the CLI reads the result from the line after the first
  try {
    if (command === 'can-connect-to-database') await connectOnce(address);
    else if (command === 'create-database') await createDatabase(address);
    else if (command === 'drop-database') await dropDatabase(address);
    else throw new Error(`unknown schema engine command "${command}"`);
    log('INFO', 'ok');
  } catch (error) {
    const { error_code, message } = asPrismaError(/** @type {Error} */ (error), address);
    log('ERROR', message, { error_code, is_panic: false, meta: {} });
    process.exitCode = 1;
  }
}

async function answerRpc() {
  const engineFace = await loadEngine();
  const mode = { offline: false };
  const { bound, dropShadows } = makeAdapterFactory(datasource, mode);
  const datamodels = valuesOf('--datamodels').map((file) => [file, readFileSync(file, 'utf8')]);
  /** @type {Promise<any> | undefined} */
  let engine;
  const getEngine = () =>
    (engine ??= engineFace.SchemaEngine.new(
      { datamodels: datamodels.length > 0 ? datamodels : undefined },
      () => {},
      bound,
    ));

  /** @param {object} message */
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let nextPrint = 1_000_000; // ids of our own requests, far from the CLI's

  /** @param {string} method @param {any} params */
  async function call(method, params) {
    if (method === 'createDatabase') {
      return { databaseName: await createDatabase(params?.datasource?.url ?? datasource.url) };
    }
    if (method === 'diff') {
      const ends = JSON.stringify([params.from, params.to]);
      mode.offline = !/"tag":"(url|migrations|schemaDatasource)"/.test(ends);
    }
    const api = await getEngine();
    if (method === 'getDatabaseVersion') return api.version(params);
    const result = await api[method](params ?? {});
    if (method === 'diff' && result.stdout)
      send({ id: nextPrint++, method: 'print', params: { content: result.stdout } });
    return result ?? null;
  }

  /** @param {number} id @param {any} error */
  function sendError(id, error) {
    const panic = error instanceof WebAssembly.RuntimeError || error?.name === 'RuntimeError';
    const message = (panic && panics.message) || error?.message || String(error);
    const data = { is_panic: panic, message, meta: error?.meta ?? {}, error_code: error?.code };
    send({
      id,
      error: { code: 4466, message: 'An error happened. Check the data field for details.', data },
    });
  }

  /** @type {number | null} */
  let inHand = null;
  process.on('uncaughtException', (error) => {
    const message = panics.message || error.stack || String(error);
    log('ERROR', message, { is_panic: true });
    if (inHand !== null) sendError(inHand, error);
    process.exitCode = 101;
  });

  // one call at a time: the engine holds one session
  let queue = Promise.resolve();
  const lines = readline.createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (line) => {
    const request = JSON.parse(line);
    if (!request.method) return; // the CLI's answer to a `print`
    queue = queue.then(async () => {
      inHand = request.id;
      try {
        const result = await call(request.method, request.params).finally(dropShadows);
        send({ id: request.id, result });
      } catch (error) {
        sendError(request.id, error);
      }
      inHand = null;
    });
  });
  lines.on('close', () => queue.finally(() => process.exit()));
}
