import { Text } from '@mantine/core';
import type { LabelClass, MaskId } from '@maskloop/domain';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useFormatter, useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { colourOf } from '@/editor/canvas/colours.ts';
import { Swatch } from '@/editor/panels/Swatch.tsx';
import type { Compared } from './compare.ts';
import classes from './Review.module.css';

const ROW_PX = 44;

interface MaskTableProps {
  readonly compared: readonly Compared[];
  /** with the second labeling */
  readonly twice: boolean;
  readonly classes: ReadonlyMap<string, LabelClass>;
  readonly selectedId: MaskId | null;
  readonly onSelect: (maskId: MaskId) => void;
}

/** All masks with what became of them, the largest changes first. */
export function MaskTable({ compared, twice, classes: byClass, selectedId, onSelect }: MaskTableProps) {
  const t = useTranslations('review');
  const origins = useTranslations('origin');
  const format = useFormatter();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: compared.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const at = compared.findIndex(({ mask }) => mask.id === selectedId);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
  }, [at, rows]);
  const nameOf = (classId: string | null) =>
    classId ? (byClass.get(classId)?.name ?? t('noClass')) : t('noClass');
  const facts = ({ mask, iou, added, removed }: Compared) =>
    [
      mask.removed && !twice ? t('wasRemoved') : origins(`name.${mask.head.origin}`),
      twice &&
        mask.second &&
        mask.second.classId !== mask.classId &&
        t('second.otherClass', { name: nameOf(mask.second.classId) }),
      iou !== null && iou < 1 && t('iou', { value: format.number(iou, { maximumFractionDigits: 3 }) }),
      added > 0 && `+${format.number(added)}`,
      removed > 0 && `−${format.number(removed)}`,
      mask.head.author?.name,
    ].filter(Boolean);
  if (compared.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="sm">
        {t('noMasks')}
      </Text>
    );
  }
  return (
    <div ref={scroller} style={{ height: '100%', overflowY: 'auto' }}>
      <div
        role="listbox"
        aria-label={t('masks')}
        style={{ height: rows.getTotalSize(), position: 'relative' }}
      >
        {rows.getVirtualItems().map(({ index, start }) => {
          const each = compared[index];
          if (!each) return null;
          const { mask, change } = each;
          return (
            <button
              key={mask.id}
              type="button"
              role="option"
              aria-selected={mask.id === selectedId}
              className={classes.mask}
              style={{ transform: `translateY(${start}px)`, height: ROW_PX }}
              data-testid="review-mask"
              data-change={change}
              onClick={() => onSelect(mask.id)}
            >
              <Swatch
                colour={colourOf({ ...mask, ...mask.head, id: mask.id }, byClass, 'class')}
                hatched={mask.head.origin === 'proposed'}
              />
              <span className={classes.grow}>
                {nameOf(mask.classId)}
                <Text span size="xs" c="dimmed" display="block" truncate>
                  {facts(each).join(' · ')}
                </Text>
              </span>
              <span className={classes.change} data-change={change}>
                {t(twice ? `second.change.${change}` : `change.${change}`)}
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
