import type { Image, ImageId, OperationAnswer, ProposalFloor } from '@maskloop/domain';
import { BLOB } from './addresses.ts';
import { type DecoderClient, sharedDecoder } from './decoder/decoder-client.ts';
import type { DecoderCalls, DecoderSource } from './decoder/protocol.ts';
import { newId } from './ids.ts';
import { type Settings, storedSettings } from './settings.ts';
import { type Cell, cell } from './store.ts';
import type { EditorApi, EditorModel, EditorUser, OpenedImage } from './sync/api.ts';
import { browserLock, Drainer, type SendFailure } from './sync/drainer.ts';
import { type KeptOperation, Outbox } from './sync/outbox.ts';

/** News between the tabs of one browser. */
export interface TabNews {
  readonly tabId: string;
  /** something of this picture was changed or saved */
  readonly imageId: ImageId;
}

type AnswerListener = (row: KeptOperation, answer: OperationAnswer) => void;

/** What outlives the change from picture to picture: the decoder, the outbox, the person, the settings. */
export class Workspace {
  readonly api: EditorApi;
  readonly user: EditorUser;
  readonly tabId = newId();
  readonly decoder: DecoderClient;
  readonly outbox: Outbox;
  readonly drainer: Drainer;
  readonly settings: Cell<Settings> = storedSettings(globalThis.localStorage);
  /** the person's own thresholds on proposals; not kept beyond the visit, so that nothing stays hidden unnoticed */
  readonly thresholds = cell<ProposalFloor>({ predictedIou: 0, stability: 0 });
  readonly #channel = new BroadcastChannel('maskloop-editor');
  readonly #answered = new Set<AnswerListener>();
  readonly #news = new Set<(news: TabNews) => void>();
  readonly #opened = new Map<ImageId, Promise<OpenedImage>>();
  readonly #online = () => void this.drainer.kick();

  /** @param first facts that are on their way already */
  constructor(
    api: EditorApi,
    user: EditorUser,
    reasonOf: (error: unknown) => SendFailure,
    first?: readonly [ImageId, Promise<OpenedImage>],
    decoder: DecoderClient = sharedDecoder(),
  ) {
    this.decoder = decoder;
    if (first) this.#opened.set(...first);
    this.api = api;
    this.user = user;
    this.outbox = new Outbox();
    this.drainer = new Drainer({
      outbox: this.outbox,
      userId: user.id,
      send: (imageId, tabId, operations) => api.apply(imageId, tabId, operations),
      reasonOf,
      exclusively: browserLock(`maskloop-outbox-${user.id}`),
      onAnswer: (row, answer) => {
        for (const listener of this.#answered) listener(row, answer);
      },
      onProgress: (imageId) => this.tell(imageId),
    });
    this.#channel.onmessage = ({ data }: MessageEvent<TabNews>) => {
      void this.drainer.refresh();
      for (const listener of this.#news) listener(data);
    };
    globalThis.addEventListener?.('online', this.#online);
    void this.drainer.kick();
  }

  /** Writes changes down, then sends them. */
  async keep(rows: readonly KeptOperation[]): Promise<void> {
    this.drainer.expect(rows.length);
    await this.outbox.keep(rows);
    const [first] = rows;
    if (first) this.tell(first.imageId);
    void this.drainer.kick();
  }

  tell(imageId: ImageId): void {
    this.#channel.postMessage({ tabId: this.tabId, imageId } satisfies TabNews);
  }

  onAnswer(listener: AnswerListener): () => void {
    this.#answered.add(listener);
    return () => this.#answered.delete(listener);
  }

  onNews(listener: (news: TabNews) => void): () => void {
    this.#news.add(listener);
    return () => this.#news.delete(listener);
  }

  /** A picture's facts; those of a prefetched one are taken over once, then asked for anew. */
  open(imageId: ImageId): Promise<OpenedImage> {
    const ready = this.#opened.get(imageId);
    this.#opened.delete(imageId);
    return ready ?? this.api.open(imageId);
  }

  /** Loads what opening a picture will need: facts, pixels, embedding. Failures wait until it is opened. */
  async prefetch(imageId: ImageId): Promise<void> {
    if (this.#opened.has(imageId)) return;
    const opening = this.api.open(imageId);
    this.#opened.set(imageId, opening);
    new globalThis.Image().src = BLOB.display(imageId);
    try {
      const { image, model, embedding } = await opening;
      if (model && embedding === 'ready') {
        await this.decoder.embed(wholeOf(image, model));
      } else {
        // it may be ready by the time it is opened
        this.#opened.delete(imageId);
      }
    } catch {
      this.#opened.delete(imageId);
    }
  }

  close(): void {
    globalThis.removeEventListener?.('online', this.#online);
    this.#channel.close();
    this.drainer.close();
  }
}

/** A picture's own embedding under a model's encoder. */
export function wholeOf(image: Image, { encoderSha256 }: EditorModel): DecoderCalls['embed']['ask'] {
  return { imageId: image.id, closeUp: null, url: BLOB.embedding(image.id, encoderSha256), picture: image };
}

/** Where a model version's decoder comes from. */
export function decoderSourceOf(model: EditorModel): DecoderSource {
  return {
    sha256: model.decoderSha256,
    manifest: model.manifest,
    // named by its hash, so that the browser's cache never serves another one's
    url: `${BLOB.decoder(model.id)}?sha256=${model.decoderSha256}`,
    externals: model.manifest.decoder.external.map(({ path }) => ({
      path,
      url: BLOB.external(model.id, path),
    })),
  };
}
