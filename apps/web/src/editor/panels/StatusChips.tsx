import { Button, CloseButton, Group, Loader, Menu, Text, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUpload,
  IconLock,
  IconSparkles,
  IconZoomScan,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { leaveCloseUp, openCloseUp } from '../close-up.ts';
import styles from '../editor.module.css';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';

/** Whether clicks will be answered: the embedding is there, on its way or missing. */
export function EmbeddingChip({ session }: { readonly session: EditorSession }) {
  const t = useTranslations('editor');
  const embedding = useCell(session.embedding);
  const encode = (
    <Button
      size="compact-xs"
      variant="light"
      onClick={() => void session.loader.requestEmbedding()}
      data-testid="encode-now"
    >
      {t('encode-now')}
    </Button>
  );
  switch (embedding.at) {
    case 'ready': {
      const unit =
        embedding.provider === 'webgpu' ? 'WebGPU' : t('wasm-threads', { count: embedding.threads });
      return (
        <Chip
          kind="embedding-status"
          tone="good"
          state="ready"
          icon={<IconSparkles size={14} />}
          tip={t('decoder-ready-tip', { unit })}
        >
          {t('decoder-ready')} <span className={styles.unit}>{unit}</span>
        </Chip>
      );
    }
    case 'loading':
      return (
        <Chip
          kind="embedding-status"
          tone="busy"
          state="loading"
          icon={<Loader size={12} />}
          tip={t('embedding-loading-tip')}
        >
          {t('embedding-loading')}
        </Chip>
      );
    case 'queued':
      return (
        <Chip
          kind="embedding-status"
          tone="busy"
          state="queued"
          icon={<Loader size={12} />}
          tip={t('embedding-queued-tip')}
        >
          {t('embedding-queued')}
        </Chip>
      );
    case 'missing':
      return (
        <Group gap={6} wrap="nowrap">
          <Chip
            kind="embedding-status"
            tone="warn"
            state="missing"
            icon={<IconAlertTriangle size={14} />}
            tip={t('embedding-missing-tip')}
          >
            {t('embedding-missing')}
          </Chip>
          {encode}
        </Group>
      );
    case 'failed':
      return (
        <Group gap={6} wrap="nowrap">
          <Chip
            kind="embedding-status"
            tone="warn"
            state="failed"
            icon={<IconAlertTriangle size={14} />}
            tip={embedding.message ?? t('embedding-failed-tip')}
          >
            {t('embedding-failed')}
          </Chip>
          {encode}
        </Group>
      );
    case 'no-model':
      return (
        <Chip
          kind="embedding-status"
          tone="warn"
          state="no-model"
          icon={<IconAlertTriangle size={14} />}
          tip={t('no-model-tip')}
        >
          {t('no-model')}
        </Chip>
      );
  }
}

/** Whether the part that is looked at closely can be asked in; nothing while there is none. */
export function CloseUpChip({ session }: { readonly session: EditorSession }) {
  const t = useTranslations('editor');
  const view = useCell(session.closeUp);
  switch (view.at) {
    case 'closed':
      return null;
    case 'loading':
      return (
        <Chip
          kind="close-up-status"
          tone="busy"
          state="loading"
          icon={<Loader size={12} />}
          tip={t('close-up-loading-tip')}
        >
          {t('close-up-loading')}
        </Chip>
      );
    case 'open':
      return (
        <Group gap={2} wrap="nowrap">
          <Chip
            kind="close-up-status"
            tone="good"
            state="open"
            icon={<IconZoomScan size={14} />}
            tip={t('close-up-open-tip')}
          >
            {t('close-up-open')}
          </Chip>
          <Tooltip label={t('close-up-leave')}>
            <CloseButton
              size="sm"
              aria-label={t('close-up-leave')}
              data-testid="close-up-leave"
              onClick={() => leaveCloseUp(session)}
            />
          </Tooltip>
        </Group>
      );
    case 'failed':
      return (
        <Group gap={6} wrap="nowrap">
          <Chip
            kind="close-up-status"
            tone="warn"
            state="failed"
            icon={<IconAlertTriangle size={14} />}
            tip={view.message ?? t('embedding-failed-tip')}
          >
            {t('close-up-failed')}
          </Chip>
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => void openCloseUp(session, view.closeUp)}
            data-testid="close-up-again"
          >
            {t('encode-now')}
          </Button>
        </Group>
      );
  }
}

/** "saved", "saving", "offline, 3 kept": all that there is instead of a Save button. */
export function SaveChip({ session }: { readonly session: EditorSession }) {
  const { refused } = useCell(session.workspace.drainer.state);
  return (
    <Group gap={4} wrap="nowrap">
      <SaveState session={session} />
      {refused > 0 && <Refused session={session} count={refused} />}
    </Group>
  );
}

function SaveState({ session }: { readonly session: EditorSession }) {
  const t = useTranslations('editor');
  const { at, kept, message } = useCell(session.workspace.drainer.state);
  switch (at) {
    case 'saved':
      return (
        <Chip
          kind="save-status"
          tone="good"
          state="saved"
          icon={<IconCloudCheck size={14} />}
          tip={t('saved-tip')}
        >
          {t('saved')}
        </Chip>
      );
    case 'saving':
      return (
        <Chip
          kind="save-status"
          tone="busy"
          state="saving"
          icon={<IconCloudUpload size={14} />}
          tip={t('saving-tip')}
        >
          {t('saving')}
        </Chip>
      );
    case 'offline':
      return (
        <Chip
          kind="save-status"
          tone="warn"
          state="offline"
          icon={<IconCloudOff size={14} />}
          tip={t('offline-tip')}
        >
          {t('offline', { count: kept })}
        </Chip>
      );
    case 'signed-out':
      return (
        <Chip
          kind="save-status"
          tone="warn"
          state="signed-out"
          icon={<IconLock size={14} />}
          tip={t('signed-out-tip')}
        >
          {t('signed-out', { count: kept })}
        </Chip>
      );
    case 'blocked':
      return (
        <Chip
          kind="save-status"
          tone="warn"
          state="blocked"
          icon={<IconLock size={14} />}
          tip={message ?? t('blocked-tip')}
        >
          {t('blocked', { count: kept })}
        </Chip>
      );
  }
}

/** Changes that the server will never take are not lost: they can be saved as a file, then forgotten. */
function Refused({ session, count }: { readonly session: EditorSession; readonly count: number }) {
  const t = useTranslations('editor');
  const { outbox, drainer, user } = session.workspace;
  const download = async () => {
    const rows = await outbox.refused(user.id);
    const text = JSON.stringify(rows, null, 2);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = 'maskloop-refused-changes.json';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const forget = async () => {
    const rows = await outbox.refused(user.id);
    await outbox.forget(rows.map((row) => row.id));
    await drainer.refresh();
    // what is shown is what the server has
    await session.loader.reload();
  };
  return (
    <Menu width={260}>
      <Menu.Target>
        <Button size="compact-xs" color="orange" variant="light" data-testid="refused">
          {t('save-refused', { count })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('refused-text')}</Menu.Label>
        <Menu.Item onClick={() => void download()}>{t('refused-download')}</Menu.Item>
        <Menu.Item color="red" onClick={() => void forget()}>
          {t('refused-forget')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface ChipProps {
  readonly kind: 'embedding-status' | 'close-up-status' | 'save-status';
  readonly tone: 'good' | 'busy' | 'warn';
  readonly state: string;
  readonly icon: ReactNode;
  readonly tip: string;
  readonly children: ReactNode;
}

function Chip({ kind, tone, state, icon, tip, children }: ChipProps) {
  return (
    <Tooltip label={tip}>
      <span className={styles.chip} data-testid={kind} data-tone={tone} data-state={state} role="status">
        {icon}
        <Text component="span" size="xs" inherit>
          {children}
        </Text>
      </span>
    </Tooltip>
  );
}
