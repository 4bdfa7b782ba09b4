import { Button, Menu, Tooltip } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import type { CanvasController } from '../canvas/controller.ts';
import styles from '../editor.module.css';
import type { KeyMap } from '../keys.ts';
import { useCell } from '../use-cell.ts';
import { chordText } from './KeyHint.tsx';

interface ZoomMenuProps {
  readonly canvas: CanvasController | null;
  readonly keys: KeyMap;
}

/** The zoom as a share of the picture's own size, and the usual steps. */
export function ZoomMenu({ canvas, keys }: ZoomMenuProps) {
  return canvas ? <Zoom canvas={canvas} keys={keys} /> : <span className={styles.zoom}>–</span>;
}

function Zoom({ canvas, keys }: { readonly canvas: CanvasController; readonly keys: KeyMap }) {
  const t = useTranslations('editor');
  const format = useFormatter();
  const { zoom } = useCell(canvas.view);
  return (
    <Menu width={210}>
      <Menu.Target>
        <Tooltip label={t('zoom')}>
          <Button size="compact-sm" variant="subtle" color="gray" className={styles.zoom} data-testid="zoom">
            {format.number(zoom * devicePixelRatio, { style: 'percent', maximumFractionDigits: 0 })}
          </Button>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => canvas.fit()} rightSection={chordText(keys.fit[0] ?? '')}>
          {t('action-fit')}
        </Menu.Item>
        <Menu.Item onClick={() => canvas.actualSize()} rightSection={chordText(keys['actual-size'][0] ?? '')}>
          {t('action-actual-size')}
        </Menu.Item>
        <Menu.Item onClick={() => canvas.zoomBy(2)} rightSection={chordText(keys['zoom-in'][0] ?? '')}>
          {t('action-zoom-in')}
        </Menu.Item>
        <Menu.Item onClick={() => canvas.zoomBy(0.5)} rightSection={chordText(keys['zoom-out'][0] ?? '')}>
          {t('action-zoom-out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
