'use client';

import type { ProjectEvent } from '@maskloop/domain';
import { useEffect, useRef } from 'react';
import { useProjectEvents } from './use-project-events.ts';

const EVERY_MS = 2_000;

/**
 * Asks for a page's data anew when something happened in the project, at most every two seconds, and after
 * every reconnection (what happened in between is not repeated).
 * @param concerns which news matter; all without it
 */
export function useThrottledRefresh(
  projectId: string,
  refresh: () => void,
  concerns: (event: ProjectEvent) => boolean = () => true,
): void {
  const latest = useRef(refresh);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    latest.current = refresh;
  }, [refresh]);
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  const soon = useRef(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null;
      latest.current();
    }, EVERY_MS);
  });

  const { connected } = useProjectEvents(projectId, (events) => {
    if (events.some(concerns)) soon.current();
  });
  const wasConnected = useRef(false);
  useEffect(() => {
    if (!connected) return;
    if (wasConnected.current) soon.current();
    wasConnected.current = true;
  }, [connected]);
}
