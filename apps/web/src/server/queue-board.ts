import 'server-only';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { getDispatcher } from '@maskloop/jobs';
import { Hono, type MiddlewareHandler } from 'hono';

/** Where the dashboard lies; its pages and its own requests carry it. */
const BASE_PATH = '/admin/queues';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

// the queues stay open for the process's life, and the board with them
const shared = globalThis as { __maskloopQueueBoard?: Hono };

/**
 * BullMQ's own dashboard (bull-board), for looking only: rows in PostgreSQL are the truth about jobs, and what is
 * changed in the queue behind their back is put right by the sweeper. It works on both backends of the queues.
 * Whoever calls this has checked who is asking.
 */
export async function answerFromQueueBoard(request: Request): Promise<Response> {
  shared.__maskloopQueueBoard ??= build();
  const answer = await shared.__maskloopQueueBoard.fetch(request);
  if (!answer.headers.get('content-type')?.startsWith('text/html')) return answer;
  // its page asks for a font from another site, which the content security policy refuses anyway
  const page = (await answer.text()).replace(/<link href="https:[^>]*>/g, '');
  return new Response(page, { status: answer.status, headers: answer.headers });
}

function build(): Hono {
  const adapter = new HonoAdapter(serveFiles as never).setBasePath(BASE_PATH);
  createBullBoard({
    queues: getDispatcher()
      .queues()
      .map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: adapter,
    options: {
      uiConfig: { boardTitle: 'Maskloop', miscLinks: [{ text: 'Maskloop', url: '/admin/health' }] },
    },
  });
  return new Hono().route(BASE_PATH, adapter.registerPlugin());
}

/** Files of one folder; hono's own server for Node is a package of its own, for a dozen files. */
function serveFiles({
  root,
  rewriteRequestPath,
}: {
  root: string;
  rewriteRequestPath: (path: string) => string;
}): MiddlewareHandler {
  const folder = path.resolve(root);
  return async (c, next) => {
    const file = path.resolve(folder, `.${rewriteRequestPath(c.req.path)}`);
    const type = TYPES[path.extname(file)];
    if (!type || !file.startsWith(folder + path.sep)) return next();
    const bytes = await readFile(file).catch(() => null);
    if (!bytes) return next();
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': type,
      'Cache-Control': 'private, max-age=3600',
    });
  };
}
