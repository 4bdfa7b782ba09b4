import { expect, test } from 'vitest';
import { DecoderClient } from './decoder-client.ts';
import type { FromWorker, ToWorker, WorkerPort } from './protocol.ts';

/** A worker that answers when it is told to. */
class FakePort implements WorkerPort {
  onmessage: WorkerPort['onmessage'] = null;
  onerror: WorkerPort['onerror'] = null;
  terminated = false;
  readonly got: ToWorker[] = [];

  postMessage(message: ToWorker): void {
    this.got.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  answer(message: Omit<FromWorker & { ok: true }, 'ok'> | (FromWorker & { ok: false })): void {
    this.onmessage?.({ data: 'ok' in message ? message : { ...message, ok: true } });
  }

  decodes(): ToWorker[] {
    return this.got.filter((message) => message.call === 'decode');
  }
}

const ask = (x: number) => ({
  imageId: 'i',
  closeUp: null,
  prompt: { points: [{ x, y: 0, label: 'foreground' as const }], box: null },
});
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function client() {
  const ports: FakePort[] = [];
  const made = new DecoderClient(() => {
    const port = new FakePort();
    ports.push(port);
    return port;
  });
  return { client: made, ports, port: () => ports.at(-1) as FakePort };
}

test('one decode is in flight and one waits: the latest wins', async () => {
  const it = client();
  const answers = [1, 2, 3, 4].map((x) => it.client.decode(ask(x)));
  expect(it.port().decodes()).toHaveLength(1);
  const result = { candidates: [], best: 0, closeUp: null };
  it.port().answer({ id: it.port().decodes()[0]?.id ?? 0, answer: result });
  await settled();
  expect(it.port().decodes()).toHaveLength(2);
  expect(it.port().decodes()[1]).toMatchObject({ ask: { prompt: { points: [{ x: 4 }] } } });
  it.port().answer({ id: it.port().decodes()[1]?.id ?? 0, answer: result });
  expect(await Promise.all(answers)).toEqual([result, null, null, result]);
});

test('a click where the pointer rests gets the answer of the hover, late or early', async () => {
  const it = client();
  const hover = it.client.decode(ask(1));
  const elsewhere = it.client.decode(ask(2));
  const click = it.client.decode(ask(1));
  const result = { candidates: [], best: 0, closeUp: null };
  it.port().answer({ id: it.port().decodes()[0]?.id ?? 0, answer: result });
  expect(await Promise.all([hover, elsewhere, click])).toEqual([result, null, result]);
  expect(await it.client.decode(ask(1))).toEqual(result);
  expect(it.port().decodes()).toHaveLength(1);
});

test('the same click in a close-up is another question', async () => {
  const it = client();
  void it.client.decode(ask(1));
  void it.client.decode({ ...ask(1), closeUp: { x0: 0, y0: 0, x1: 50, y1: 50 } });
  it.port().answer({
    id: it.port().decodes()[0]?.id ?? 0,
    answer: { candidates: [], best: 0, closeUp: null },
  });
  await settled();
  expect(it.port().decodes()).toHaveLength(2);
});

test('a question that feeds logits back is always asked', async () => {
  const it = client();
  const fed = { ...ask(1), prompt: { ...ask(1).prompt, maskInput: new Float32Array(4) } };
  void it.client.decode(fed);
  it.port().answer({
    id: it.port().decodes()[0]?.id ?? 0,
    answer: { candidates: [], best: 0, closeUp: null },
  });
  await settled();
  void it.client.decode(fed);
  expect(it.port().decodes()).toHaveLength(2);
});

test('a failed decode does not stop the next one', async () => {
  const it = client();
  const first = it.client.decode(ask(1));
  const second = it.client.decode(ask(2));
  it.port().answer({
    id: it.port().decodes()[0]?.id ?? 0,
    ok: false,
    code: 'EMBEDDING_MISSING',
    message: 'gone',
  });
  await expect(first).rejects.toMatchObject({ code: 'EMBEDDING_MISSING', message: 'gone' });
  await settled();
  it.port().answer({
    id: it.port().decodes()[1]?.id ?? 0,
    answer: { candidates: [], best: 0, closeUp: null },
  });
  await expect(second).resolves.toMatchObject({ best: 0 });
});

test('other questions are answered beside the decodes', async () => {
  const it = client();
  void it.client.decode(ask(1));
  const embedded = it.client.embed({
    imageId: 'j',
    closeUp: null,
    url: '/e',
    picture: { width: 1, height: 1 },
  });
  const question = it.port().got.find((message) => message.call === 'embed');
  it.port().answer({ id: question?.id ?? 0, answer: null });
  await expect(embedded).resolves.toBeUndefined();
});

test('a worker that breaks fails what it was asked, and the next question gets a new one', async () => {
  const it = client();
  const lost = it.client.decode(ask(1));
  it.port().onerror?.({ message: 'out of memory' });
  await expect(lost).rejects.toMatchObject({ code: 'DECODER_FAILED' });
  await settled();
  void it.client.decode(ask(2));
  expect(it.ports).toHaveLength(2);
  expect(it.ports[0]?.terminated).toBe(true);
});
