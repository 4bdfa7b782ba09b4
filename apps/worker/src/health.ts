import { createServer } from 'node:http';
import { ping } from '@maskloop/db';
import type { Services } from './context.ts';
import { metricsText } from './metrics.ts';

export interface HealthServer {
  /** from now on it answers 503: send nothing new here */
  draining(): void;
  close(): Promise<void>;
}

/** GET /health and GET /metrics. */
export async function serveHealth(services: Services, port: number): Promise<HealthServer> {
  let draining = false;
  const server = createServer((request, response) => {
    void (async () => {
      const { status, type, body } = await answer(services, request.url ?? '/', draining);
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    })();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return {
    draining: () => {
      draining = true;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, value: object): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

async function answer(services: Services, url: string, draining: boolean): Promise<Answer> {
  if (url === '/metrics')
    return { status: 200, type: 'text/plain; version=0.0.4', body: metricsText(services) };
  if (url !== '/health') return json(404, { ok: false, message: 'GET /health or GET /metrics' });
  const { env, inference, workerId } = services;
  const about = {
    workerId,
    queues: env.queues,
    ...inference.state,
    imagesPerMinute: inference.imagesPerMinute,
    inferencePid: inference.pid,
  };
  if (draining) return json(503, { ok: false, message: 'stopping', ...about });
  try {
    await ping(services.db);
    return json(200, { ok: true, ...about });
  } catch (error) {
    services.log.warn({ err: error }, 'health');
    return json(503, { ok: false, message: 'the database does not answer', ...about });
  }
}
