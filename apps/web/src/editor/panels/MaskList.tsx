import { ActionIcon, Badge, Group, Text, Tooltip } from '@mantine/core';
import type { LintFinding } from '@maskloop/domain';
import { IconAlertTriangle, IconCheck, IconEye, IconEyeOff, IconTrash, IconX } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useFormatter, useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef } from 'react';
import { colourOf } from '../canvas/colours.ts';
import { byAge, isUnjudged, type MaskRecord } from '../document/records.ts';
import styles from '../editor.module.css';
import { newId } from '../ids.ts';
import { judgeMask } from '../judging.ts';
import type { EditorSession } from '../session.ts';
import { useCell, usePart } from '../use-cell.ts';
import { Swatch } from './Swatch.tsx';
import { useFindings } from './use-findings.ts';

const ROW_PX = 34;

/** All masks of the picture, newest first; selection and hover go both ways. */
export function MaskList({
  session,
  readOnly,
}: {
  readonly session: EditorSession;
  readonly readOnly: boolean;
}) {
  const t = useTranslations('editor');
  const document = useCell(session.document);
  const classes = useCell(session.classes);
  const selectedId = useCell(session.selectedId);
  const loaded = useCell(session.loaded);
  const scroller = useRef<HTMLDivElement>(null);
  const concealed = useCell(session.concealed);
  const findings = useFindings(session);
  const colourBy = usePart(session.workspace.settings, (settings) => settings.colourBy);
  const records = useMemo(
    () => [...document.values()].filter(({ id }) => !concealed.has(id)).sort(byAge),
    [document, concealed],
  );
  const byId = useMemo(() => new Map(classes.map((each) => [each.id, each])), [classes]);
  const rows = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const selectedIndex = records.findIndex((record) => record.id === selectedId);
  useEffect(() => {
    if (selectedIndex >= 0) rows.scrollToIndex(selectedIndex, { align: 'auto' });
  }, [selectedIndex, rows]);

  const unjudged = [...document.values()].filter(isUnjudged).length;
  return (
    <section className={styles.list} aria-label={t('objects')} data-testid="mask-list" data-loaded={loaded}>
      <Group justify="space-between" px="sm" pt="sm" pb={6} wrap="nowrap">
        <Text className={styles.heading}>{t('objects')}</Text>
        <Group gap={6} wrap="nowrap">
          {unjudged > 0 && (
            <Badge size="sm" color="yellow" data-testid="unjudged-count">
              {t('unjudged', { count: unjudged })}
            </Badge>
          )}
          <Text size="xs" c="dimmed" data-testid="mask-count">
            {records.length}
          </Text>
        </Group>
      </Group>
      {loaded && records.length === 0 && (
        <Text size="sm" c="dimmed" px="sm" pb="sm">
          {t('objects-none')}
        </Text>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: leaving the list ends the hover, nothing is operated */}
      <div ref={scroller} className={styles.scroller} onMouseLeave={() => session.hoveredId.set(null)}>
        <div
          role="listbox"
          aria-label={t('objects')}
          style={{ height: rows.getTotalSize(), position: 'relative' }}
        >
          {rows.getVirtualItems().map(({ index, start }) => {
            const record = records[index];
            return (
              record && (
                <MaskRow
                  key={record.id}
                  session={session}
                  record={record}
                  finding={findings.get(record.id)?.[0]}
                  name={record.classId ? (byId.get(record.classId)?.name ?? t('class-gone')) : t('no-class')}
                  colour={colourOf(record, byId, colourBy)}
                  selected={record.id === selectedId}
                  readOnly={readOnly}
                  top={start}
                />
              )
            );
          })}
        </div>
      </div>
    </section>
  );
}

interface MaskRowProps {
  readonly session: EditorSession;
  readonly record: MaskRecord;
  /** the first thing that lint would change about it */
  readonly finding: LintFinding | undefined;
  readonly name: string;
  readonly colour: string;
  readonly selected: boolean;
  readonly readOnly: boolean;
  readonly top: number;
}

function MaskRow({ session, record, finding, name, colour, selected, readOnly, top }: MaskRowProps) {
  const t = useTranslations('editor');
  const format = useFormatter();
  const hidden = useCell(session.hidden).has(record.id);
  const hovered = useCell(session.hoveredId) === record.id;
  const toggle = () => {
    const next = new Set(session.hidden.get());
    if (!next.delete(record.id)) next.add(record.id);
    session.setHidden(next);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering shows the mask; the button inside is what is operated
    <div
      className={styles.maskRow}
      style={{ transform: `translateY(${top}px)`, height: ROW_PX }}
      data-selected={selected}
      data-hovered={hovered}
      data-testid="mask-row"
      onMouseEnter={() => session.hoveredId.set(record.id)}
    >
      <button
        type="button"
        role="option"
        aria-selected={selected}
        className={styles.maskButton}
        onClick={() => session.select(selected ? null : record.id)}
        onFocus={() => session.hoveredId.set(record.id)}
      >
        <Swatch colour={colour} hatched={isUnjudged(record)} />
        <span className={styles.grow} data-none={record.classId === null}>
          {name}
        </span>
        <span className={styles.area}>{format.number(record.area)}</span>
        <span className={styles.origin} data-origin={record.origin}>
          {t(`origin-${record.origin}`)}
        </span>
      </button>
      {finding && !readOnly && <LintFix session={session} finding={finding} />}
      <Group gap={0} wrap="nowrap" className={styles.rowActions}>
        {isUnjudged(record) && !readOnly && (
          <>
            <RowAction label={t('action-judge-accept')} onClick={() => judgeMask(session, record.id, true)}>
              <IconCheck size={14} />
            </RowAction>
            <RowAction label={t('action-judge-reject')} onClick={() => judgeMask(session, record.id, false)}>
              <IconX size={14} />
            </RowAction>
          </>
        )}
        <RowAction label={hidden ? t('show-mask') : t('hide-mask')} onClick={toggle}>
          {hidden ? <IconEyeOff size={14} /> : <IconEye size={14} />}
        </RowAction>
        {!readOnly && !isUnjudged(record) && (
          <RowAction
            label={t('action-delete')}
            onClick={() => session.run({ name: 'removeMask', maskId: record.id, operationId: newId() })}
          >
            <IconTrash size={14} />
          </RowAction>
        )}
      </Group>
    </div>
  );
}

/** Says what is wrong with a mask, and mends it. */
function LintFix({ session, finding }: { readonly session: EditorSession; readonly finding: LintFinding }) {
  const t = useTranslations('editor');
  const blocks = usePart(session.lintPolicy, (policy) => policy?.blocking.includes(finding.rule) ?? false);
  const { parts, pixels } = finding;
  const label = `${t(`lint-${finding.rule}`, { parts, pixels })}${blocks ? ` ${t('lint-blocks')}` : ''}`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={22}
        color={blocks ? 'red' : 'orange'}
        aria-label={label}
        data-testid="lint-fix"
        onClick={() => session.effects.fix(finding)}
      >
        <IconAlertTriangle size={14} />
      </ActionIcon>
    </Tooltip>
  );
}

function RowAction(props: {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon size={22} aria-label={props.label} onClick={props.onClick}>
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
