'use client';

import { Alert, Center, Loader } from '@mantine/core';
import type { ImageId, ProjectEvent } from '@maskloop/domain';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useRef, useState } from 'react';
import { failureOf } from '@/client/failure.ts';
import { useTRPCClient } from '@/client/trpc.tsx';
import { useProjectEvents } from '@/client/use-project-events.ts';
import { sharedDecoder } from './decoder/decoder-client.ts';
import { Editor } from './Editor.tsx';
import { storedSettings } from './settings.ts';
import { sendFailureOf, trpcApi } from './sync/trpc-api.ts';
import { Workspace } from './workspace.ts';

interface EditorPageProps {
  readonly projectId: string;
  readonly imageId: ImageId;
}

/**
 * The annotation editor of one project. Goes from picture to picture without leaving the page: the address changes,
 * the decoder, the outbox and the caches stay.
 */
export default function EditorPage({ projectId, imageId }: EditorPageProps) {
  const t = useTranslations('editor');
  const pathname = usePathname();
  const current = imageIdIn(pathname) ?? imageId;
  const workspace = useWorkspace(imageId);
  const listeners = useRef(new Set<(events: readonly ProjectEvent[]) => void>());
  useProjectEvents(projectId, (events) => {
    for (const listener of listeners.current) listener(events);
  });
  const listen = useCallback((listener: (events: readonly ProjectEvent[]) => void) => {
    listeners.current.add(listener);
    return () => listeners.current.delete(listener);
  }, []);
  const open = useCallback(
    (to: ImageId) => window.history.pushState(null, '', `/projects/${projectId}/images/${to}`),
    [projectId],
  );
  if (workspace.at === 'failed') {
    return (
      <Center h="100%" p="lg">
        <Alert color="red" title={t('open-failed')}>
          {workspace.message}
        </Alert>
      </Center>
    );
  }
  if (workspace.at === 'starting') {
    return (
      <Center h="100%">
        <Loader aria-label={t('loading')} />
      </Center>
    );
  }
  return (
    <Editor
      workspace={workspace.workspace}
      projectId={projectId}
      imageId={current}
      onOpen={open}
      listen={listen}
    />
  );
}

type WorkspaceState =
  | { readonly at: 'starting' }
  | { readonly at: 'ready'; readonly workspace: Workspace }
  | { readonly at: 'failed'; readonly message: string };

/** @param imageId the picture to open first: asked for together with the person */
function useWorkspace(imageId: ImageId): WorkspaceState {
  const client = useTRPCClient();
  const [state, setState] = useState<WorkspaceState>({ at: 'starting' });
  const [firstId] = useState(imageId);
  useEffect(() => {
    let open = true;
    sharedDecoder().warm({ threads: 0, webgpu: storedSettings(globalThis.localStorage).get().webgpu });
    let workspace: Workspace | null = null;
    const api = trpcApi(client);
    const first = api.open(firstId);
    first.catch(() => undefined);
    api
      .me()
      .then((user) => {
        if (!open) return;
        workspace = new Workspace(api, user, sendFailureOf, [firstId, first]);
        setState({ at: 'ready', workspace });
      })
      .catch((error: unknown) => {
        const { code, message } = failureOf(error);
        if (open) setState({ at: 'failed', message: message ?? code });
      });
    return () => {
      open = false;
      workspace?.close();
    };
  }, [client, firstId]);
  return state;
}

function imageIdIn(pathname: string | null): ImageId | null {
  return /\/images\/([0-9a-f-]{36})$/.exec(pathname ?? '')?.[1] ?? null;
}
