'use client';

import { Center, Loader, Stack, Text } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';

const EditorPage = dynamic(() => import('@/editor/EditorPage.tsx'), { ssr: false, loading: Loading });

/** The editor lives on canvas, workers and IndexedDB: there is nothing a server could render of it. */
export function EditorLoader({ projectId, imageId }: { projectId: string; imageId: string }) {
  return <EditorPage projectId={projectId} imageId={imageId} />;
}

function Loading() {
  const t = useTranslations('annotate');
  return (
    <Center component="main" h="100dvh">
      <Stack align="center" gap="xs">
        <Loader />
        <Text c="dimmed" size="sm" role="status">
          {t('opening')}
        </Text>
      </Stack>
    </Center>
  );
}
