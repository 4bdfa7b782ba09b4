import { useMemo } from 'react';
import { useProject } from '../projects/use-project.ts';

/** Names of a project's classes by id, deleted ones too where masks still name them. */
export function useClassNames(projectId: string): ReadonlyMap<string, string> {
  const project = useProject(projectId);
  return useMemo(
    () => new Map((project.data?.classes ?? []).map(({ id, name }) => [id, name])),
    [project.data],
  );
}
