import { ActionIcon, Divider, Slider, Stack, Text, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBrush,
  IconCircle,
  IconCircleDot,
  IconEraser,
  IconLasso,
  IconPointer,
  IconSquare,
  IconZoomScan,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { act, change, type EditorWindow } from '../actions.ts';
import styles from '../editor.module.css';
import type { Action, KeyMap } from '../keys.ts';
import type { EditorSession } from '../session.ts';
import { canRedo, isBusy } from '../tools/table.ts';
import type { ToolName } from '../tools/types.ts';
import { useCell, usePart } from '../use-cell.ts';
import { KeyHint } from './KeyHint.tsx';

const TOOLS = [
  { name: 'prompt', action: 'tool-prompt', Icon: IconCircleDot },
  { name: 'select', action: 'tool-select', Icon: IconPointer },
  { name: 'brush', action: 'tool-brush', Icon: IconBrush },
  { name: 'eraser', action: 'tool-eraser', Icon: IconEraser },
  { name: 'polygon', action: 'tool-polygon', Icon: IconLasso },
] as const satisfies readonly { name: ToolName; action: Action; Icon: unknown }[];

interface ToolBarProps {
  readonly session: EditorSession;
  readonly keys: KeyMap;
  readonly around: EditorWindow;
}

/** The tools, at the left. */
export function ToolBar({ session, keys, around }: ToolBarProps) {
  const t = useTranslations('editor');
  const toolName = usePart(session.tool, (tool) => tool.name);
  const busy = usePart(session.tool, isBusy);
  const redoable = usePart(session.tool, canRedo);
  const closeUp = usePart(session.closeUp, ({ at }) => at !== 'closed');
  const history = useCell(session.history);
  const opening = useCell(session.opening);
  const lease = useCell(session.lease.state);
  const readOnly = (opening.at === 'open' && !opening.opened.canWrite) || lease.at === 'other';
  const brushing = toolName === 'brush' || toolName === 'eraser';
  const button = (action: Action, icon: ReactNode, extra: { active?: boolean; disabled?: boolean } = {}) => (
    <Tooltip
      key={action}
      position="right"
      label={<KeyHint label={t(`action-${action}`)} chords={keys[action]} />}
    >
      <ActionIcon
        size={36}
        variant={extra.active ? 'filled' : 'subtle'}
        color={extra.active ? 'petrol' : 'gray'}
        aria-label={t(`action-${action}`)}
        {...(extra.active === undefined ? {} : { 'aria-pressed': extra.active })}
        disabled={extra.disabled ?? false}
        data-testid={action}
        onClick={() => act(action, session, around)}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Stack component="nav" gap={4} align="center" className={styles.tools} aria-label={t('tools')}>
      {TOOLS.map(({ name, action, Icon }) =>
        button(action, <Icon size={20} stroke={1.7} />, {
          active: toolName === name,
          disabled: readOnly && name !== 'select',
        }),
      )}
      {brushing && <BrushControls session={session} keys={keys} around={around} />}
      <Divider w="60%" my={4} />
      {button('close-up', <IconZoomScan size={20} stroke={1.7} />, { active: closeUp, disabled: readOnly })}
      {button('undo', <IconArrowBackUp size={20} stroke={1.7} />, {
        disabled: readOnly || (history.done.length === 0 && !busy),
      })}
      {button('redo', <IconArrowForwardUp size={20} stroke={1.7} />, {
        disabled: readOnly || (history.undone.length === 0 && !redoable),
      })}
    </Stack>
  );
}

function BrushControls({ session, keys, around }: ToolBarProps) {
  const t = useTranslations('editor');
  const { brushSize, brushShape } = useCell(session.workspace.settings);
  return (
    <Stack gap={4} align="center" pt={4}>
      <Divider w="100%" />
      <Tooltip
        position="right"
        label={<KeyHint label={t('action-brush-shape')} chords={keys['brush-shape']} />}
      >
        <ActionIcon
          size={32}
          aria-label={t('brush-shape', { shape: brushShape })}
          onClick={() => act('brush-shape', session, around)}
        >
          {brushShape === 'round' ? <IconCircle size={18} /> : <IconSquare size={18} />}
        </ActionIcon>
      </Tooltip>
      <Slider
        orientation="vertical"
        h={110}
        size={4}
        min={1}
        max={200}
        label={t('pixels', { count: brushSize })}
        value={brushSize}
        onChange={(size) => change(session, () => ({ brushSize: size }))}
        thumbLabel={t('brush-size')}
      />
      <Text size="xs" c="dimmed" className="ml-mono">
        {brushSize}
      </Text>
    </Stack>
  );
}
