'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/client/trpc.tsx';

/** The signed-in person. */
export function useMe() {
  const trpc = useTRPC();
  return useQuery(trpc.me.get.queryOptions(undefined, { staleTime: 5 * 60_000 }));
}
