import 'fake-indexeddb/auto';
import type { MaskOperationInput, OperationAnswer, RankingProgress } from '@maskloop/domain';
import { afterEach, vi } from 'vitest';
import { DecoderClient } from '../decoder/decoder-client.ts';
import type { FromWorker, ToWorker, WorkerPort } from '../decoder/protocol.ts';
import { LabelMap } from '../document/label-map.ts';
import { newSession } from '../open-session.ts';
import type { ActiveRun, EditorApi, OpenedImage } from '../sync/api.ts';
import type { ToolEvent } from '../tools/types.ts';
import { Workspace } from '../workspace.ts';
import { rectangle } from './records.ts';

export const IMAGE = { width: 40, height: 20 };
const opened: (() => void)[] = [];
let sessions = 0;
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** Answers at once: every decode is one mask, every commit a square at the first point's place. */
export class QuickPort implements WorkerPort {
  onmessage: WorkerPort['onmessage'] = null;
  onerror = null;
  #commits = 0;

  postMessage({ id, call, ask }: ToWorker): void {
    const candidate = { channel: 0, iou: 0.9, share: 0.1, lowRes: Float32Array.of(1) };
    const x = call === 'commit' ? 6 * this.#commits++ : 0;
    const mask = {
      counts: rectangle(IMAGE, x, 2, 5, 5),
      area: 25,
      box: { x, y: 2, width: 5, height: 5 },
      stability: 1,
    };
    const decoded = { candidates: [candidate], best: 0, closeUp: null };
    const answer = call === 'decode' ? decoded : call === 'replay' ? ask.trail.map(() => decoded) : mask;
    queueMicrotask(() => this.onmessage?.({ data: { id, ok: true, answer } satisfies FromWorker }));
  }

  terminate(): void {}
}

/** A session on an open picture; what the server is sent is recorded. */
export function setUp(newPort: () => WorkerPort = () => new QuickPort()) {
  const sent: MaskOperationInput[] = [];
  const server: {
    activeRun: ActiveRun | null;
    ranking: RankingProgress;
    result: (operation: MaskOperationInput) => OperationAnswer['result'];
  } = {
    activeRun: null,
    result: () => ({ status: 'applied', revision: null }),
    ranking: { state: 'pending', progress: 0, error: null, ranking: null },
  };
  const api = {
    activeRun: async () => server.activeRun,
    rank: async () => 'job',
    ranking: async () => server.ranking,
    apply: async (_imageId: string, _tabId: string, operations: readonly MaskOperationInput[]) => {
      sent.push(...operations);
      return operations.map((operation) => ({
        id: operation.id,
        repeated: false,
        result: server.result(operation),
      }));
    },
  } as Partial<EditorApi> as EditorApi;
  const user = { id: `user-${++sessions}`, name: '', email: '', hotkeyPreset: 'maskloop' };
  const decoder = new DecoderClient(newPort);
  const workspace = new Workspace(api, user, () => ({ kind: 'offline' }), undefined, decoder);
  const session = newSession(workspace, 'p', `image-${sessions}`);
  opened.push(() => workspace.close());
  session.labels = new LabelMap(IMAGE);
  const facts = { image: IMAGE, embedding: 'ready', model: { id: 'model' }, canWrite: true };
  session.opening.set({ at: 'open', opened: facts as unknown as OpenedImage });
  session.embedding.set({ at: 'ready', provider: 'wasm', threads: 1 });
  const at = (x: number, y: number) => ({
    point: { x, y },
    screen: { x, y },
    mods: { shift: false, ctrl: false, alt: false },
  });
  const dispatch = async (...events: ToolEvent[]) => {
    for (const event of events) {
      session.dispatch(event);
      await vi.waitFor(() => undefined);
    }
    await session.effects.settled();
  };
  return {
    session,
    sent,
    server,
    click: (x: number, y: number) =>
      dispatch({ type: 'down', button: 'left', pressure: 0, ...at(x, y) }, { type: 'up', ...at(x, y) }),
    accept: () => dispatch({ type: 'accept', keep: false }),
    count: () => session.document.get().size,
    prompts: () => {
      const tool = session.tool.get();
      return tool.name === 'prompt' ? (tool.state.set?.rounds.length ?? 0) : 0;
    },
  };
}
