import type { ImageId } from '@maskloop/domain';
import { EffectRunner } from './effects.ts';
import { Loader } from './loading.ts';
import { EditorSession } from './session.ts';
import type { Workspace } from './workspace.ts';

/** A session with everything that acts on it; its loader has not started yet. */
export function newSession(workspace: Workspace, projectId: string, imageId: ImageId): EditorSession {
  return new EditorSession(workspace, projectId, imageId, {
    effects: (session) => new EffectRunner(session),
    loader: (session) => new Loader(session),
  });
}
