'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/client/trpc.tsx';

/** A project with its classes, active model and the reader's role. */
export function useProject(projectId: string) {
  const trpc = useTRPC();
  return useQuery(trpc.project.get.queryOptions({ projectId }));
}
