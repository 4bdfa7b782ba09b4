// The servers behind web and worker: given by the environment, or our own and kept alive.
import { startPostgres } from './postgres.mjs';
import { isSameProcessAlive, sleep, untilEnded } from './processes.mjs';
import { startRedis } from './redis.mjs';
import { complain, say } from './say.mjs';
import { inState } from './state.mjs';

/**
 * @typedef {object} Server
 * @property {() => string} url as it is now; changes when a restart found its port taken
 * @property {boolean} reused
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} password
 * @param {() => void} onMove
 * @returns {Promise<Server>}
 */
export async function keepPostgres(password, onMove) {
  const options = { dir: inState('postgres'), password, logFile: inState('logs', 'postgres.log'), say };
  return keepAlive('the database', (port) => startPostgres({ ...options, port: port ?? 54_320 }), onMove);
}

/**
 * @param {string} password
 * @param {() => void} onMove
 * @returns {Promise<Server | null>} null: no redis-server or valkey-server on PATH
 */
export async function keepRedis(password, onMove) {
  const options = { dir: inState('redis'), password, logFile: inState('logs', 'redis.log') };
  const first = await startRedis({ ...options, port: 63_790 });
  if (!first) return null;
  return keepAlive(
    'Redis',
    (port) => (port === undefined ? Promise.resolve(first) : startRedis({ ...options, port })),
    onMove,
  );
}

/**
 * @param {string} name
 * @param {(port: number | undefined) => Promise<import('./postgres.mjs').RunningPostgres | import('./redis.mjs').RunningRedis | null>} start
 * @param {() => void} onMove its address is another one now
 * @returns {Promise<Server>}
 */
async function keepAlive(name, start, onMove) {
  const begin = async (/** @type {number | undefined} */ port) => {
    const server = await start(port);
    if (!server) throw new Error(`${name} is gone from PATH`);
    return server;
  };
  let now = await begin(undefined);
  const { reused } = now;
  let stopping = false;
  const watch = async () => {
    while (!stopping) {
      await untilEnded(now.process);
      if (stopping) return;
      complain(`${name} ended by itself; starting it again (log: .maskloop/logs)`);
      const { url } = now;
      for (let wait = 500; !stopping; wait = Math.min(wait * 2, 30_000)) {
        try {
          now = await begin(now.port);
          break;
        } catch (error) {
          complain(error instanceof Error ? error.message : String(error));
          await sleep(wait);
        }
      }
      if (stopping) {
        // stop() came while it was starting
        if (isSameProcessAlive(now.process)) await now.stop();
        return;
      }
      say(`${name} is back`);
      if (now.url !== url) onMove();
    }
  };
  void watch();
  return {
    url: () => now.url,
    reused,
    stop: async () => {
      stopping = true;
      await now.stop();
    },
  };
}
