import { sleep } from './processes.mjs';

/** Where each part says that it works; given by web and worker. */
export const webHealth = (/** @type {number} */ port, host = '127.0.0.1') =>
  `http://${host}:${port}/api/health`;
export const workerHealth = (/** @type {number} */ port) => `http://127.0.0.1:${port}/health`;

/**
 * @param {() => string} url asked each time: a part can move to another port
 * @param {{ limitMs: number, gaveUp?: () => boolean }} options gaveUp: stop asking, the part has ended
 * @returns {Promise<{ healthy: true } | { healthy: false, last: string }>}
 */
export async function waitUntilHealthy(url, { limitMs, gaveUp = () => false }) {
  const end = Date.now() + limitMs;
  let last = 'no answer';
  while (Date.now() < end && !gaveUp()) {
    try {
      const response = await fetch(url(), { signal: AbortSignal.timeout(10_000), redirect: 'manual' });
      const text = await response.text();
      if (response.status === 200) return { healthy: true };
      last = `HTTP ${response.status} ${text.slice(0, 200)}`;
    } catch (error) {
      const { message, cause } = /** @type {Error & { cause?: { code?: string } }} */ (error);
      last = cause?.code ?? message;
    }
    await sleep(100);
  }
  return { healthy: false, last };
}
