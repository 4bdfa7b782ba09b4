'use client';

import { ActionIcon, Button, Collapse, Group, Paper, Progress, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconRefresh, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useFormatter, useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { formatBytes } from '@/ui/format.ts';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { canRetry, isActive, summarise, type UploadItem, type UploadQueue } from './queue.ts';
import classes from './UploadPanel.module.css';
import { uploads } from './upload-store.ts';
import { useUploads } from './use-uploads.ts';

/** What is being uploaded in this tab: overall and file by file, with cancel and retry. */
export function UploadPanel() {
  const queue = useUploads();
  const busy = queue.some(isActive);
  useKeepTabOpen(busy);
  useFreshLists(busy);
  return queue.length > 0 ? <Panel queue={queue} /> : null;
}

function Panel({ queue }: { queue: UploadQueue }) {
  const t = useTranslations('upload');
  const common = useTranslations('common');
  const format = useFormatter();
  const [open, { toggle }] = useDisclosure(true);
  const summary = summarise(queue);
  const busy = summary.active > 0;
  const share = summary.bytes > 0 ? (100 * summary.sent) / summary.bytes : 100;
  const outcome = [
    t('added', { count: summary.added }),
    summary.duplicates > 0 && t('duplicates', { count: summary.duplicates }),
    summary.refused + summary.failed > 0 && t('refused', { count: summary.refused + summary.failed }),
  ].filter(Boolean);
  return (
    <Paper component="section" aria-label={t('title')} className={classes.panel} p={0} shadow="lg">
      <Group justify="space-between" wrap="nowrap" px="sm" py={8}>
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={600} role="status">
            {busy ? t('sending', { count: summary.active }) : t('finished')}
          </Text>
          <Text size="xs" c="dimmed">
            {outcome.join(' · ')}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          {queue.some(canRetry) && (
            <Button size="compact-xs" variant="default" onClick={() => uploads.retryAll()}>
              {t('retryAll')}
            </Button>
          )}
          {busy && (
            <Button size="compact-xs" variant="default" onClick={() => uploads.cancelAll()}>
              {t('cancelAll')}
            </Button>
          )}
          <ActionIcon onClick={toggle} aria-expanded={open} aria-label={open ? t('collapse') : t('expand')}>
            {open ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
          </ActionIcon>
          {!busy && (
            <ActionIcon onClick={() => uploads.clearEnded()} aria-label={common('close')}>
              <IconX size={16} />
            </ActionIcon>
          )}
        </Group>
      </Group>
      {busy && (
        <Progress
          value={share}
          size={4}
          radius={0}
          aria-label={t('progress', {
            sent: formatBytes(summary.sent, format.number),
            total: formatBytes(summary.bytes, format.number),
          })}
        />
      )}
      <Collapse expanded={open}>
        <FileList queue={queue} />
      </Collapse>
    </Paper>
  );
}

/** Troubles first, then what runs, then the rest: in thousands of files nobody looks for the one that failed. */
const ORDER: Record<UploadItem['state'], number> = {
  failed: 0,
  sending: 1,
  taking: 1,
  waiting: 2,
  cancelled: 3,
  done: 4,
};

function FileList({ queue }: { queue: UploadQueue }) {
  const t = useTranslations('upload');
  const scroller = useRef<HTMLDivElement>(null);
  const place = (item: UploadItem) => (refusedOf(item).length > 0 ? 0 : ORDER[item.state]);
  const items = [...queue].sort((a, b) => place(a) - place(b) || a.id - b.id);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 52,
    overscan: 6,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
    <section ref={scroller} className={classes.list} tabIndex={0} aria-label={t('files')}>
      <ul className={classes.rows} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          return item ? (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className={classes.row}
              style={{ transform: `translateY(${start}px)` }}
            >
              <FileRow item={item} />
            </li>
          ) : null;
        })}
      </ul>
    </section>
  );
}

function refusedOf({ results }: UploadItem) {
  return results.filter(({ status }) => status === 'refused');
}

function FileRow({ item }: { item: UploadItem }) {
  const t = useTranslations('upload');
  const format = useFormatter();
  const refused = refusedOf(item);
  return (
    <>
      <div style={{ minWidth: 0 }}>
        <TruncatedText size="sm">{item.path}</TruncatedText>
        {item.state === 'sending' ? (
          <Progress
            value={item.bytes > 0 ? (100 * item.sent) / item.bytes : 0}
            size={4}
            my={5}
            aria-label={t('progressOf', { name: item.path })}
          />
        ) : (
          <Text
            size="xs"
            c={item.state === 'failed' || refused.length > 0 ? 'red' : 'dimmed'}
            component="div"
          >
            <State item={item} />
          </Text>
        )}
        {item.results.length > 1 &&
          refused.slice(0, 20).map(({ name, message }) => (
            <Text key={name} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {message ?? name}
            </Text>
          ))}
      </div>
      <Group gap={4} wrap="nowrap">
        <Text size="xs" c="dimmed" className="ml-tabular">
          {formatBytes(item.bytes, format.number)}
        </Text>
        {isActive(item) && (
          <Tooltip label={t('cancel')}>
            <ActionIcon
              size="sm"
              onClick={() => uploads.cancel(item.id)}
              aria-label={t('cancelOf', { name: item.path })}
            >
              <IconX size={14} />
            </ActionIcon>
          </Tooltip>
        )}
        {canRetry(item) && (
          <Tooltip label={t('retry')}>
            <ActionIcon
              size="sm"
              onClick={() => uploads.retry(item.id)}
              aria-label={t('retryOf', { name: item.path })}
            >
              <IconRefresh size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </>
  );
}

function State({ item }: { item: UploadItem }) {
  const t = useTranslations('upload');
  const [only] = item.results;
  switch (item.state) {
    case 'waiting':
      return t('state.waiting');
    case 'sending':
      return t('state.sending');
    case 'taking':
      return t('state.taking');
    case 'cancelled':
      return t('state.cancelled');
    case 'failed':
      if (item.failure?.message) return item.failure.message;
      if (item.failure?.code === 'NOT_A_PICTURE') return t('failure.notAPicture');
      return item.failure?.code === 'OFFLINE' ? t('failure.offline') : t('failure.server');
    case 'done':
      if (item.results.length > 1) {
        const { added, duplicates, refused } = summarise([item]);
        return t('state.archive', { added, duplicates, refused });
      }
      if (only?.status === 'refused') return only.message ?? t('failure.server');
      return only?.status === 'duplicate' ? t('state.duplicate') : t('state.added');
  }
}

/** Leaving would end the uploads without a word. */
function useKeepTabOpen(busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
}

/** When the last file is in, lists and counts are asked for anew even if no event came through. */
function useFreshLists(busy: boolean): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const before = useRef(false);
  useEffect(() => {
    if (before.current && !busy) {
      void queryClient.invalidateQueries({ queryKey: trpc.image.page.pathKey() });
      void queryClient.invalidateQueries({ queryKey: trpc.project.pathKey() });
    }
    before.current = busy;
  }, [busy, queryClient, trpc]);
}
