import { ModelManifest } from '@maskloop/sam-core';
import { commit, decode, lift, replay } from './answers.ts';
import { EmbeddingCache } from './embedding-cache.ts';
import { type OpenedDecoder, openDecoder, warmUp } from './ort-web-engine.ts';
import { type DecoderCalls, DecoderError, type FromWorker, type ToWorker } from './protocol.ts';

/** The browser's inference worker: one decoder session, some embeddings, one question at a time. */
const scope = self as unknown as DedicatedWorkerGlobalScope;
const embeddings = new EmbeddingCache(readBytes);
let opened: Promise<OpenedDecoder> | null = null;
/** Questions are answered in order: a session runs one at a time. Downloads do not hold the others up. */
let turn: Promise<unknown> = Promise.resolve();

scope.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  const { id } = data;
  answerTo(data).then(
    ([answer, transfer]) => post({ id, ok: true, answer }, transfer),
    (error: unknown) => post({ id, ok: false, ...described(error) }),
  );
};

type Answer = readonly [answer: DecoderCalls[keyof DecoderCalls]['answer'], transfer?: Transferable[]];

async function answerTo(message: ToWorker): Promise<Answer> {
  switch (message.call) {
    case 'warm':
      await warmUp(message.ask);
      return [null];
    case 'open': {
      const manifest = ModelManifest.parse(message.ask.manifest);
      opened = openDecoder({ ...message.ask, manifest }, message.ask, readBytes);
      return [(await opened).runtime];
    }
    case 'embed': {
      await embeddings.load(message.ask);
      return [null];
    }
    case 'decode': {
      const { prompt, ...part } = message.ask;
      const result = await inTurn(async (decoder) => decode(decoder, await embeddings.get(part), prompt));
      return [result, result.candidates.map((each) => each.lowRes.buffer as ArrayBuffer)];
    }
    case 'replay': {
      const { imageId, trail } = message.ask;
      const part = { imageId, closeUp: trail.at(-1)?.closeUp ?? null };
      return [await inTurn(async (decoder) => replay(decoder, await embeddings.get(part), trail))];
    }
    case 'commit': {
      const { lowRes, ...part } = message.ask;
      return [await inTurn(async (decoder) => commit(decoder, await embeddings.get(part), lowRes))];
    }
    case 'lift': {
      const { counts, ...part } = message.ask;
      return [await inTurn(async (decoder) => lift(decoder, await embeddings.get(part), counts))];
    }
  }
}

async function inTurn<T>(ask: (decoder: OpenedDecoder['decoder']) => Promise<T>): Promise<T> {
  if (opened === null) throw new DecoderError('MODEL_FILE_MISSING', 'No decoder is loaded');
  const { decoder } = await opened;
  const mine = turn.then(() => ask(decoder));
  turn = mine.catch(() => undefined);
  return await mine;
}

async function readBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    const code =
      typeof body === 'object' && body !== null && 'code' in body
        ? String(body.code)
        : `HTTP_${response.status}`;
    throw new DecoderError(code, `${url} answered ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

function described(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'DECODER_FAILED';
  return { code, message };
}

function post(message: FromWorker, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}
