import type { Import } from '@maskloop/db';
import type { ImportState } from '@maskloop/domain';
import type { JobContext } from '../context.ts';

const TELL_MS = 500;

/** News of an import for the project's pages. */
export function tellImport(
  context: JobContext,
  { id, projectId, state }: Pick<Import, 'id' | 'projectId' | 'state'>,
) {
  let told = 0;
  const now = (newState: ImportState, progress: number): Promise<void> =>
    context.publish(projectId, { type: 'import', importId: id, state: newState, progress });
  return {
    now,
    /** as often as it comes to hand. @param fraction 0..1 */
    progress(fraction: number): void {
      context.progress(fraction);
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      void now(state, Math.min(1, fraction));
    },
  };
}
