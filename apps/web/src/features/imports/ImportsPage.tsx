'use client';

import { Alert, Button, FileButton, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { can, IMPORT_FORMATS } from '@maskloop/domain';
import { IconAlertTriangle, IconFileImport } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { useProjectEvents } from '@/client/use-project-events.ts';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { Section } from '@/ui/Section.tsx';
import { useProject } from '../projects/use-project.ts';
import { ImportCard } from './ImportCard.tsx';
import { useImportUpload } from './use-import-upload.ts';

const PAGE_SIZE = 20;
const ENDINGS = '.zip,.json,.xml,.txt,.png';

/** Masks and boxes from files: uploading, deciding what comes in as what, and what became of it. */
export function ImportsPage({ projectId }: { projectId: string }) {
  const t = useTranslations('imports');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const project = useProject(projectId);
  const mayWrite = can(project.data?.role ?? null, 'import.write');
  const imports = useInfiniteQuery(
    trpc.import.page.infiniteQueryOptions(
      { projectId, limit: PAGE_SIZE },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const rows = imports.data?.pages.flatMap(({ items }) => items) ?? [];
  // undefined: nobody chose yet, the newest is open
  const [openId, setOpenId] = useState<string | null | undefined>(undefined);
  const shownId = openId === undefined ? rows[0]?.id : openId;

  const [progress, setProgress] = useState<ReadonlyMap<string, number>>(new Map());
  useProjectEvents(projectId, (events) => {
    const news = events.filter((event) => event.type === 'import');
    if (news.length === 0) return;
    setProgress(
      (known) => new Map([...known, ...news.map((each) => [each.importId, each.progress] as const)]),
    );
    // progress alone changes no row
    if (news.some(({ state, progress: done }) => state === 'ready' || done === 0 || done === 1)) {
      void queryClient.invalidateQueries({ queryKey: trpc.import.pathKey() });
    }
  });
  const { sending, refused, send, stop } = useImportUpload(projectId, (id) => {
    setOpenId(id);
    void queryClient.invalidateQueries({ queryKey: trpc.import.page.pathKey() });
  });
  return (
    <Page title={t('title')} description={t('description')}>
      <Stack gap="xl">
        {mayWrite && (
          <Section
            title={t('upload')}
            description={t('uploadHint')}
            actions={
              <FileButton accept={ENDINGS} onChange={(file) => file && send(file)}>
                {(props) => (
                  <Button {...props} leftSection={<IconFileImport size={16} />} disabled={sending !== null}>
                    {t('choose')}
                  </Button>
                )}
              </FileButton>
            }
          >
            <Text size="sm" c="dimmed">
              {t('formats', { list: IMPORT_FORMATS.map((format) => t(`format.${format}`)).join(', ') })}
            </Text>
            {sending && (
              <Stack gap={6} mt="md">
                <Group justify="space-between" wrap="nowrap">
                  <Text size="sm" truncate>
                    {t('sending', { name: sending.name })}
                  </Text>
                  <Button size="compact-sm" variant="default" onClick={stop}>
                    {common('cancel')}
                  </Button>
                </Group>
                <Progress
                  value={100 * sending.sent}
                  animated
                  aria-label={t('sending', { name: sending.name })}
                />
              </Stack>
            )}
            {refused && (
              <Alert
                color="red"
                mt="md"
                role="alert"
                icon={<IconAlertTriangle size={18} />}
                title={t('uploadFailed', { name: refused.name })}
              >
                {refused.message ?? t('unreachable')}
              </Alert>
            )}
          </Section>
        )}
        <Stack component="section" gap="md" aria-labelledby="import-list">
          <Title order={2} id="import-list">
            {t('list')}
          </Title>
          {imports.isError && (
            <ErrorState what={t('loadFailed')} error={imports.error} onRetry={() => void imports.refetch()} />
          )}
          {imports.isPending && <RowsSkeleton rows={2} height={72} label={common('loading')} />}
          {imports.isSuccess && rows.length === 0 && (
            <EmptyState icon={<IconFileImport size={28} />} title={t('none')}>
              {t('noneText')}
            </EmptyState>
          )}
          {rows.map((row) => (
            <ImportCard
              key={row.id}
              projectId={projectId}
              row={row}
              open={shownId === row.id}
              onToggle={() => setOpenId(shownId === row.id ? null : row.id)}
              progress={progress.get(row.id) ?? 0}
              mayWrite={mayWrite}
            />
          ))}
          {imports.hasNextPage && (
            <Button
              variant="default"
              loading={imports.isFetchingNextPage}
              onClick={() => void imports.fetchNextPage()}
              style={{ alignSelf: 'center' }}
            >
              {common('more')}
            </Button>
          )}
        </Stack>
      </Stack>
    </Page>
  );
}
