// Creating, dropping and reaching a database: done on the `postgres` database of the same server.

import { parseDatabaseUrl, withDatabase } from './database-url.mjs';
import { pg } from './packages.mjs';

/**
 * @param {string} address
 * @param {(client: import('pg').Client) => Promise<unknown>} act
 */
async function onServer(address, act) {
  const client = new pg.Client({ connectionString: withDatabase(address, 'postgres') });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}

/** @param {string} address */
export async function connectOnce(address) {
  const client = new pg.Client({ connectionString: parseDatabaseUrl(address).connectionString });
  await client.connect();
  await client.end();
}

/** Made by another deployment at the same moment: that one or we, it is there. */
const EXISTS = ['42P04', '23505'];

/** @param {string} address @param {string} [name] */
export async function createDatabase(address, name = parseDatabaseUrl(address).database) {
  try {
    await onServer(address, (client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`));
  } catch (error) {
    if (!EXISTS.includes(/** @type {{ code?: string }} */ (error).code ?? '')) throw error;
  }
  return name;
}

/** @param {string} address @param {string} [name] */
export const dropDatabase = (address, name = parseDatabaseUrl(address).database) =>
  onServer(address, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
  );

/**
 * The CLI acts on Prisma's error codes: P1003 makes it create the database.
 *
 * @param {Error & { code?: string }} error
 * @param {string} address
 * @returns {{ error_code: string, message: string }}
 */
export function asPrismaError(error, address) {
  const { database, host, user } = parseDatabaseUrl(address);
  switch (error.code) {
    case '3D000':
      return {
        error_code: 'P1003',
        message: `Database \`${database}\` does not exist on the database server at \`${host}\`.`,
      };
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return { error_code: 'P1001', message: `Can't reach database server at \`${host}\`` };
    case '28P01':
    case '28000':
      return {
        error_code: 'P1000',
        message: `Authentication failed against database server, the provided database credentials for \`${user}\` are not valid.`,
      };
    default:
      return { error_code: '', message: error.message };
  }
}
