import type { MaskId } from '@maskloop/domain';
import { recordFrom } from './document/records.ts';
import { newId } from './ids.ts';
import type { EditorSession } from './session.ts';

/** Somebody else was first: our version becomes the mask again, on top of theirs. */
export async function keepMine(session: EditorSession, maskId: MaskId): Promise<void> {
  const shown = session.document.get().get(maskId);
  const branchId = shown?.branchRevisionId;
  if (!shown || !branchId) return;
  const { counts, prompts, summary } = await session.workspace.api.revision(branchId);
  const { origin, area, box, modelVersionId, predictedIou, stability } = summary;
  const revisionId = newId();
  session.commit({
    label: 'revert',
    operations: [
      { kind: 'revert', id: revisionId, maskId, baseRevisionId: shown.headId, toRevisionId: branchId },
    ],
    diff: {
      added: [],
      removed: [],
      updated: [
        [
          shown,
          {
            ...shown,
            ...{ counts, prompts, origin, area, box, modelVersionId, predictedIou, stability },
            headId: revisionId,
            pixelsId: branchId,
            branchRevisionId: null,
          },
        ],
      ],
    },
  });
}

/** Theirs stays; ours remains a branch in the history. Saying so makes a revision, which settles the branch. */
export async function keepTheirs(session: EditorSession, maskId: MaskId): Promise<void> {
  const mine = session.document.get().get(maskId);
  const { masks } = await session.workspace.api.load(session.imageId);
  const found = masks.find((mask) => mask.id === maskId);
  if (!mine || !found) return;
  const theirs = recordFrom(found);
  const revisionId = newId();
  session.commit({
    label: 'revert',
    operations: [
      { kind: 'revert', id: revisionId, maskId, baseRevisionId: theirs.headId, toRevisionId: theirs.headId },
    ],
    diff: {
      added: [],
      removed: [],
      updated: [[mine, { ...theirs, headId: revisionId, branchRevisionId: null }]],
    },
  });
}

/** The same thing was made twice: the new one goes. */
export async function removeTwin(session: EditorSession, maskId: MaskId): Promise<void> {
  session.run({ name: 'removeMask', maskId, operationId: newId() });
}
