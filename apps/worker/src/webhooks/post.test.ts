import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { post } from './post.ts';

let server: Server;
let port: number;
let asked: { path: string; host: string | undefined; body: string }[];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ path: request.url ?? '', host: request.headers.host, body });
    if (request.url === '/silent') return;
    if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' });
    else response.writeHead(204);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
});

const send = (url: string, more: { allowPrivate?: boolean; timeoutMs?: number } = {}) =>
  post({
    url,
    headers: { 'Content-Type': 'application/json' },
    body: '{"ü":1}',
    allowPrivate: true,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    ...more,
  });

test('WH3 an address of this machine is refused, by number and by name, and nothing is sent', async () => {
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
    await expect(send(`http://${host}:${port}/`, { allowPrivate: false })).rejects.toThrow('private network');
  }
  expect(asked).toEqual([]);
});

test('WH3 the operator can allow it; the receiver sees the name it was called by', async () => {
  expect(await send(`http://127.0.0.1:${port}/hook?x=1`)).toBe(204);
  expect(asked).toEqual([{ path: '/hook?x=1', host: `127.0.0.1:${port}`, body: '{"ü":1}' }]);
});

test('WH3 a redirect is an answer and is not followed', async () => {
  expect(await send(`http://127.0.0.1:${port}/moved`)).toBe(302);
  expect(asked.map(({ path }) => path)).toEqual(['/moved']);
});

test('a receiver that does not answer is left after the time', async () => {
  await expect(send(`http://127.0.0.1:${port}/silent`, { timeoutMs: 200 })).rejects.toThrow(
    'no answer within 0.2 s',
  );
});
