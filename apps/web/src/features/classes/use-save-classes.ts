'use client';

import { useTRPCClient } from '@/client/trpc.tsx';
import { type ClassChanges, type Draft, hasChanges } from './draft.ts';

/**
 * Carries out changes of a class list. Stops at the first failure: what was done until then stays, and the
 * list loaded anew shows it.
 */
export function useSaveClasses() {
  const client = useTRPCClient();
  return async (projectId: string, changes: ClassChanges, after: Draft): Promise<void> => {
    if (!hasChanges(changes)) return;
    const ids = new Map<string, string>();
    const idOf = (key: string | null) => (key === null ? null : (ids.get(key) ?? key));
    for (const classId of changes.removed) await client.class.remove.mutate({ projectId, classId });
    for (const { key, name, colour, kind } of changes.created) {
      const { id } = await client.class.create.mutate({ projectId, name, colour, kind });
      ids.set(key, id);
    }
    for (const { key, change } of changes.updated) {
      const { parentKey, ...rest } = change;
      await client.class.update.mutate({
        projectId,
        classId: idOf(key) ?? key,
        ...rest,
        ...(parentKey === undefined ? {} : { parentId: idOf(parentKey) }),
      });
    }
    if (changes.reordered) {
      await client.class.reorder.mutate({ projectId, classIds: after.map(({ key }) => idOf(key) ?? key) });
    }
  };
}
