import net from 'node:net';

const TAKEN = new Set(['EADDRINUSE', 'EACCES']);
/** A machine without IPv6 has nothing on `::` that could be in the way. */
const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

/**
 * @param {number} port 0 asks the system for any
 * @param {string} host
 * @returns {Promise<number | null>} the port, null when it is taken
 */
function tryPort(port, host) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      TAKEN.has(error.code ?? '')
        ? resolve(null)
        : NO_SUCH_ADDRESS.has(error.code ?? '')
          ? resolve(port)
          : reject(error),
    );
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}

/** @param {string} host */
export async function anyFreePort(host = '127.0.0.1') {
  const port = await tryPort(0, host);
  if (port === null) throw new Error(`no free port on ${host}`);
  return port;
}

/**
 * Steps over taken ports: people run more than one thing on 3000.
 *
 * @param {number} from first port tried
 * @param {{ hosts?: string[], tries?: number }} [options] hosts: addresses that must all be free
 */
export async function freePortFrom(from, { hosts = ['127.0.0.1'], tries = 100 } = {}) {
  const last = Math.min(65_535, from + tries - 1);
  for (let port = from; port <= last; port++) {
    let free = true;
    // one after the other: 0.0.0.0 and 127.0.0.1 would be in each other's way
    for (const host of hosts) free &&= (await tryPort(port, host)) !== null;
    if (free) return port;
  }
  throw new Error(`no free port from ${from} to ${last} on ${hosts.join(', ')}`);
}
