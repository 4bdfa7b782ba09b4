'use client';

import type { ProjectEvent } from '@maskloop/domain';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useRef } from 'react';
import { useTRPC } from './trpc.tsx';

type Listener = (events: readonly ProjectEvent[]) => void;

/** News is handed on in groups, so that a thousand embeddings finishing at once cost a page one render. */
const GROUP_MS = 200;

/**
 * Calls back with a project's news while the component is mounted. After a lost connection the server sends
 * what was missed (`lastEventId` is kept by the link).
 */
export function useProjectEvents(projectId: string, listener: Listener): { connected: boolean } {
  const trpc = useTRPC();
  const latest = useRef(listener);
  const pending = useRef<ProjectEvent[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    latest.current = listener;
  }, [listener]);
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
      pending.current = [];
    },
    [],
  );

  const { status } = useSubscription(
    trpc.events.project.subscriptionOptions(
      { projectId },
      {
        onData: (news) => {
          pending.current.push(news.data);
          timer.current ??= setTimeout(() => {
            timer.current = null;
            const events = pending.current;
            pending.current = [];
            latest.current(events);
          }, GROUP_MS);
        },
      },
    ),
  );
  return { connected: status === 'pending' };
}
