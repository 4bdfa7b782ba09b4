'use client';

import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { can, IMAGE_STATUSES } from '@maskloop/domain';
import { IconFilterOff, IconPhoto } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { useCallback, useMemo, useState } from 'react';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { useProject } from '../projects/use-project.ts';
import { DropArea } from './DropArea.tsx';
import { ImageGrid } from './ImageGrid.tsx';
import classes from './ImagesPage.module.css';
import { ImageToolbar } from './ImageToolbar.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { clickItem, keepShown, NOTHING_SELECTED } from './selection.ts';
import { UploadMenu } from './UploadMenu.tsx';
import type { PickedFile } from './upload/pick.ts';
import { uploads } from './upload/upload-store.ts';
import { type ImageQuery, useImageList } from './use-image-list.ts';

/** All images of a project: look, find, upload, select, act. */
export function ImagesPage({ projectId }: { projectId: string }) {
  const t = useTranslations('images');
  const format = useFormatter();
  const project = useProject(projectId);
  const role = project.data?.role ?? null;
  const [query, setQuery] = useImageQuery();
  const list = useImageList(projectId, query);
  const [selection, setSelection] = useState(NOTHING_SELECTED);

  const { images, total, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const order = useMemo(() => images.map(({ id }) => id), [images]);
  const shownSelection = keepShown(selection, order);
  const select = useCallback(
    (id: string, span: boolean) => setSelection((current) => clickItem(current, order, id, span)),
    [order],
  );
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const upload = useCallback((files: PickedFile[]) => uploads.add(projectId, files), [projectId]);

  const mayUpload = can(role, 'image.upload');
  const filtered = query.status.length > 0 || query.embedding !== null || query.text !== '';
  return (
    <Page
      width="wide"
      title={t('title')}
      mark={
        list.data && (
          <Text c="dimmed" className="ml-tabular" role="status">
            {format.number(total)}
          </Text>
        )
      }
      actions={mayUpload && <UploadMenu onFiles={upload} />}
    >
      {mayUpload && <DropArea onFiles={upload} />}
      <Stack gap="md">
        <div className={classes.head}>
          <ImageToolbar query={query} onChange={(change) => setQuery({ ...query, ...change })} />
          {role && shownSelection.ids.size > 0 && (
            <SelectionBar
              projectId={projectId}
              role={role}
              ids={shownSelection.ids}
              onSelectAll={() => setSelection({ ids: new Set(order), anchor: null })}
              onClear={() => setSelection(NOTHING_SELECTED)}
            />
          )}
        </div>
        {list.isError && (
          <ErrorState what={t('loadFailed')} error={list.error} onRetry={() => void list.refetch()} />
        )}
        {list.isPending && <GridSkeleton label={t('loading')} />}
        {list.isSuccess && total === 0 && !filtered && (
          <EmptyState
            icon={<IconPhoto size={28} stroke={1.5} />}
            title={t('empty.title')}
            actions={mayUpload && <UploadMenu onFiles={upload} />}
          >
            {mayUpload ? t('empty.upload') : t('empty.wait')}
          </EmptyState>
        )}
        {list.isSuccess && total === 0 && filtered && (
          <EmptyState
            icon={<IconFilterOff size={28} stroke={1.5} />}
            title={t('noMatch.title')}
            actions={
              <Button
                variant="default"
                onClick={() => setQuery({ ...query, status: [], embedding: null, text: '' })}
              >
                {t('clearFilters')}
              </Button>
            }
          >
            {t('noMatch.text')}
          </EmptyState>
        )}
        {images.length > 0 && (
          <ImageGrid
            projectId={projectId}
            images={images}
            total={total}
            selected={shownSelection.ids}
            onSelect={select}
            onEnd={loadMore}
          />
        )}
        {isFetchingNextPage && (
          <Group justify="center" py="sm">
            <Text size="sm" c="dimmed" role="status">
              {t('loadingMore', { shown: format.number(images.length), total: format.number(total) })}
            </Text>
          </Group>
        )}
      </Stack>
    </Page>
  );
}

/** Filter and order; `?status=` of the address sets the first filter, so that other pages can link to one. */
function useImageQuery(): [ImageQuery, (query: ImageQuery) => void] {
  const search = useSearchParams();
  return useState<ImageQuery>(() => {
    const wanted = search.getAll('status');
    return {
      status: IMAGE_STATUSES.filter((status) => wanted.includes(status)),
      embedding: null,
      text: '',
      sort: 'name',
      direction: 'asc',
    };
  });
}

function GridSkeleton({ label }: { label: string }) {
  return (
    <div
      role="status"
      aria-label={label}
      style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(208px, 1fr))', gap: 14 }}
    >
      {Array.from({ length: 18 }, (_, tile) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={tile} height={214} radius="lg" />
      ))}
    </div>
  );
}
