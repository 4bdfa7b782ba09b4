// @prisma/adapter-pg is made for the client. Migrations need three things that it does otherwise:
//  - one session: the advisory lock and SET must be on the connection that migrates
//  - the system catalogs' internal "char" type, which it refuses
//  - scripts sent whole: it splits at every ';', which breaks function bodies and strings

import { parseDatabaseUrl, withDatabase } from './database-url.mjs';
import { adapterPg, adapterUtils, pg } from './packages.mjs';
import { createDatabase, dropDatabase } from './server-commands.mjs';

const OID_CHAR = 18;
const OID_TEXT = 25;

/**
 * @param {any} queryable adapter or transaction
 * @returns {any} the same; its queryRaw reads "char" columns as Character, the only type the engine accepts there
 */
function readInternalChar(queryable) {
  const queryRaw = queryable.queryRaw;
  const performIO = queryable.performIO.bind(queryable);
  queryable.queryRaw = async (/** @type {unknown} */ query) => {
    /** @type {number[]} */
    const charColumns = [];
    const view = Object.create(queryable, {
      performIO: {
        value: async (/** @type {unknown} */ io) => {
          const result = await performIO(io);
          for (const [index, field] of result.fields.entries()) {
            if (field.dataTypeID !== OID_CHAR) continue;
            charColumns.push(index);
            field.dataTypeID = OID_TEXT;
          }
          return result;
        },
      },
    });
    const result = await queryRaw.call(view, query);
    for (const index of charColumns) result.columnTypes[index] = adapterUtils.ColumnTypeEnum.Character;
    return result;
  };
  return queryable;
}

/** @param {string} connectionString @param {string} schema */
async function open(connectionString, schema) {
  const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0 });
  pool.on('error', () => {}); // a dropped connection fails the query in hand; nothing else to do
  /** @type {any} */
  const adapter = await new adapterPg.PrismaPg(pool, { schema, disposeExternalPool: true }).connect();
  readInternalChar(adapter);
  adapter.executeScript = async (/** @type {string} */ script) => {
    try {
      await adapter.underlyingDriver().query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async (/** @type {unknown} */ isolation) =>
    readInternalChar(await startTransaction(isolation));
  return adapter;
}

/** Answers like an empty server, for `migrate diff` between files: no connection is made. */
const offlineAdapter = (/** @type {string} */ schema) => ({
  ...adapterUtils.mockAdapter('postgres'),
  dispose: async () => {},
  getConnectionInfo: () => ({ schemaName: schema, supportsRelationJoins: true }),
  queryRaw: async (/** @type {{ sql: string }} */ { sql }) => {
    const { Boolean: Bool, Text, Int32 } = adapterUtils.ColumnTypeEnum;
    return /version\(\)/i.test(sql)
      ? {
          columnNames: ['exists', 'version', 'numeric_version'],
          columnTypes: [Bool, Text, Int32],
          rows: [[false, 'PostgreSQL 16.0', 160_000]],
        }
      : { columnNames: [], columnTypes: [], rows: [] };
  },
  executeRaw: async () => 0,
  executeScript: async () => {},
});

/**
 * @param {{ url?: string, shadowDatabaseUrl?: string }} datasource
 * @param {{ offline: boolean }} mode
 */
export function makeAdapterFactory(datasource, mode) {
  const address = datasource.url ?? 'postgresql://127.0.0.1:1/none';
  const { connectionString, schema } = parseDatabaseUrl(address);
  /** @type {string[]} */
  const shadows = [];
  /** @type {any} */
  const factory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: async () => (mode.offline ? offlineAdapter(schema) : open(connectionString, schema)),
    connectToShadowDb: async () => {
      if (datasource.shadowDatabaseUrl) {
        const shadow = parseDatabaseUrl(datasource.shadowDatabaseUrl);
        return open(shadow.connectionString, shadow.schema);
      }
      const name = `prisma_migrate_shadow_db_${globalThis.crypto.randomUUID()}`;
      await createDatabase(address, name);
      shadows.push(name);
      return open(withDatabase(address, name), schema);
    },
  };
  return {
    bound: adapterUtils.bindMigrationAwareSqlAdapterFactory(factory),
    /** Before answering, not after: the CLI ends the engine the moment it has its answer. */
    dropShadows: async () => {
      for (const name of shadows.splice(0)) await dropDatabase(address, name).catch(() => {});
    },
  };
}
