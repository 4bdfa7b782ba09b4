import { ActionIcon, Button, Group, Menu, Select, Slider, Stack, Switch, Text, Tooltip } from '@mantine/core';
import {
  IconArrowLeft,
  IconChevronLeft,
  IconChevronRight,
  IconHelp,
  IconPlayerSkipForward,
  IconSend,
  IconSunHigh,
} from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { act, change, type EditorWindow } from '../actions.ts';
import styles from '../editor.module.css';
import { type Action, type KeyMap, PRESETS } from '../keys.ts';
import type { EditorSession } from '../session.ts';
import { COLOURINGS } from '../settings.ts';
import { useCell } from '../use-cell.ts';
import { KeyHint } from './KeyHint.tsx';
import { CloseUpChip, EmbeddingChip, SaveChip } from './StatusChips.tsx';
import { ZoomMenu } from './ZoomMenu.tsx';

interface TopBarProps {
  readonly session: EditorSession;
  readonly keys: KeyMap;
  readonly around: EditorWindow;
  /** 1-based; null while unknown */
  readonly place: { readonly n: number | null; readonly total: number } | null;
  readonly readOnly: boolean;
}

/** What is open, how it stands, and the way on. */
export function TopBar({ session, keys, around, place, readOnly }: TopBarProps) {
  const t = useTranslations('editor');
  const format = useFormatter();
  const opening = useCell(session.opening);
  const name = opening.at === 'open' ? opening.opened.image.name : '';
  const move = (action: Action, icon: React.ReactNode) => (
    <Tooltip label={<KeyHint label={t(`action-${action}`)} chords={keys[action]} />}>
      <ActionIcon
        size={28}
        aria-label={t(`action-${action}`)}
        data-testid={action}
        onClick={() => act(action, session, around)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <header className={styles.top}>
      <Group gap={6} wrap="nowrap" className={styles.topStart}>
        <Tooltip label={t('back-to-images')}>
          <ActionIcon
            component={Link}
            href={`/projects/${session.projectId}/images`}
            size={32}
            aria-label={t('back-to-images')}
          >
            <IconArrowLeft size={18} />
          </ActionIcon>
        </Tooltip>
        {move('previous', <IconChevronLeft size={18} />)}
        <Text
          size="xs"
          c="dimmed"
          className="ml-mono"
          data-testid="image-place"
          style={{ whiteSpace: 'nowrap' }}
        >
          {place
            ? t('place', {
                n: place.n === null ? '–' : format.number(place.n),
                total: format.number(place.total),
              })
            : '–'}
        </Text>
        {move('next', <IconChevronRight size={18} />)}
        <Text size="sm" fw={600} truncate data-testid="image-name" title={name}>
          {name}
        </Text>
      </Group>
      <Group gap={8} wrap="nowrap" className={styles.topEnd}>
        <CloseUpChip session={session} />
        <EmbeddingChip session={session} />
        <SaveChip session={session} />
        <ViewMenu session={session} />
        <ZoomMenu canvas={around.canvas} keys={keys} />
        <Tooltip label={<KeyHint label={t('action-help')} chords={keys.help} />}>
          <ActionIcon size={32} aria-label={t('action-help')} onClick={around.toggleHelp} data-testid="help">
            <IconHelp size={18} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={<KeyHint label={t('action-skip')} chords={keys.skip} />}>
          <ActionIcon
            size={32}
            aria-label={t('action-skip')}
            onClick={around.askSkip}
            disabled={readOnly}
            data-testid="skip"
          >
            <IconPlayerSkipForward size={18} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={<KeyHint label={t('action-submit')} chords={keys.submit} />}>
          <Button
            size="xs"
            leftSection={<IconSend size={14} />}
            onClick={around.submit}
            disabled={readOnly}
            data-testid="submit"
          >
            {t('submit')}
          </Button>
        </Tooltip>
      </Group>
    </header>
  );
}

function ViewMenu({ session }: { readonly session: EditorSession }) {
  const t = useTranslations('editor');
  const settings = useCell(session.workspace.settings);
  const look = useCell(session.look);
  const set = (part: Partial<typeof settings>) => change(session, () => part);
  return (
    <Menu closeOnItemClick={false} width={270}>
      <Menu.Target>
        <Tooltip label={t('view-settings')}>
          <ActionIcon size={32} aria-label={t('view-settings')} data-testid="view-settings">
            <IconSunHigh size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown p="sm">
        <Stack gap="sm">
          <Labelled text={t('opacity')}>
            <Slider
              min={0.1}
              max={1}
              step={0.05}
              size="sm"
              label={(value) => `${Math.round(value * 100)} %`}
              value={settings.opacity}
              onChange={(opacity) => set({ opacity })}
              thumbLabel={t('opacity')}
            />
          </Labelled>
          {(['brightness', 'contrast'] as const).map((name) => (
            <Labelled key={name} text={t(name)}>
              <Slider
                min={0.3}
                max={2.5}
                step={0.05}
                size="sm"
                label={(value) => `${Math.round(value * 100)} %`}
                value={look[name]}
                onChange={(value) => session.look.update((now) => ({ ...now, [name]: value }))}
                thumbLabel={t(name)}
              />
            </Labelled>
          ))}
          <Select
            size="xs"
            label={t('colour-by')}
            data={COLOURINGS.map((value) => ({ value, label: t(`colour-by-${value}`) }))}
            value={settings.colourBy}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onChange={(value) => {
              const colourBy = COLOURINGS.find((each) => each === value);
              if (colourBy) set({ colourBy });
            }}
          />
          <Switch
            size="sm"
            label={t('action-outline-only')}
            checked={settings.outlineOnly}
            onChange={(event) => set({ outlineOnly: event.currentTarget.checked })}
          />
          <Switch
            size="sm"
            label={t('action-coverage')}
            checked={settings.coverage}
            onChange={(event) => set({ coverage: event.currentTarget.checked })}
          />
          <Switch
            size="sm"
            label={t('action-crosshair')}
            checked={settings.crosshair}
            onChange={(event) => set({ crosshair: event.currentTarget.checked })}
          />
          <Switch
            size="sm"
            label={t('action-filmstrip')}
            checked={settings.filmstrip}
            onChange={(event) => set({ filmstrip: event.currentTarget.checked })}
          />
          <Switch
            size="sm"
            label={t('use-webgpu')}
            checked={settings.webgpu}
            onChange={(event) => set({ webgpu: event.currentTarget.checked })}
          />
          <Select
            size="xs"
            label={t('preset')}
            data={PRESETS.map((value) => ({ value, label: t(`preset-${value}`) }))}
            value={settings.preset || session.workspace.user.hotkeyPreset}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onChange={(preset) => preset && set({ preset })}
          />
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => session.look.set({ brightness: 1, contrast: 1 })}
          >
            {t('look-reset')}
          </Button>
        </Stack>
      </Menu.Dropdown>
    </Menu>
  );
}

function Labelled({ text, children }: { readonly text: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={2}>
        {text}
      </Text>
      {children}
    </div>
  );
}
