'use client';

import {
  ActionIcon,
  Badge,
  Button,
  ColorInput,
  Group,
  Kbd,
  SegmentedControl,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { CLASS_COLOURS, CLASS_KINDS, type ClassKind, LIMITS } from '@maskloop/domain';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useTranslations } from 'next-intl';
import { useId, useRef } from 'react';
import styles from './ClassesField.module.css';
import {
  addClass,
  changeClass,
  type Draft,
  hotkeyOf,
  moveClass,
  parentsFor,
  removeClass,
  repeatedNames,
} from './draft.ts';

interface ClassesFieldProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** by place in the list */
  readonly errors?: Readonly<Record<number, string>>;
  readonly readOnly?: boolean;
}

/** The list of label classes: name, colour, kind, parent and order. */
export function ClassesField({ draft, onChange, errors = {}, readOnly = false }: ClassesFieldProps) {
  const t = useTranslations('classes');
  const id = useId();
  const nextKey = useRef(0);
  const repeated = repeatedNames(draft);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: draft.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 53,
    overscan: 4,
    getItemKey: (index) => draft[index]?.key ?? index,
  });
  const shown = rows.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const add = () => {
    onChange(addClass(draft, `new-${id}-${nextKey.current++}`));
    // the new row exists after the next render
    requestAnimationFrame(() => rows.scrollToIndex(draft.length, { align: 'end' }));
  };
  return (
    <Stack gap="sm" align="flex-start">
      {draft.length > 0 && (
        // a thousand rows of pickers would stall the page: only those in view are in the document
        <div ref={scroller} className={styles.scroller}>
          <Table
            aria-label={t('label')}
            aria-rowcount={draft.length + 1}
            layout="fixed"
            stickyHeader
            miw={760}
          >
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={76}>{t('key')}</Table.Th>
                <Table.Th>{t('name')}</Table.Th>
                <Table.Th w={150}>{t('colour')}</Table.Th>
                <Table.Th w={190}>{t('kind')}</Table.Th>
                <Table.Th w={190}>{t('parent')}</Table.Th>
                {!readOnly && <Table.Th w={124}>{t('actions')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {before > 0 && <tr aria-hidden style={{ height: before }} />}
              {shown.map(({ index }) => {
                const each = draft[index];
                if (!each) return null;
                const { key, name, colour, kind, parentKey } = each;
                const label = name || t('unnamed', { number: index + 1 });
                const hotkey = hotkeyOf(index);
                const error =
                  errors[index] ?? (repeated.has(name.trim().toLowerCase()) ? t('repeated') : undefined);
                const change = (part: Parameters<typeof changeClass>[2]) =>
                  onChange(changeClass(draft, key, part));
                return (
                  <Table.Tr key={key} ref={rows.measureElement} data-index={index} aria-rowindex={index + 2}>
                    <Table.Td>{hotkey !== null ? <Kbd>{hotkey}</Kbd> : <Text c="dimmed">/</Text>}</Table.Td>
                    <Table.Td>
                      <TextInput
                        aria-label={t('nameOf', { name: label })}
                        value={name}
                        maxLength={LIMITS.nameLength}
                        error={error}
                        readOnly={readOnly}
                        placeholder={t('namePlaceholder')}
                        // a fresh row is typed into at once
                        autoFocus={key.startsWith('new-') && name === '' && index === draft.length - 1}
                        onChange={(event) => change({ name: event.currentTarget.value })}
                        onKeyDown={(event) => {
                          if (event.key !== 'Enter') return;
                          event.preventDefault();
                          if (name.trim() && index === draft.length - 1 && !readOnly) add();
                        }}
                      />
                    </Table.Td>
                    <Table.Td>
                      <ColorInput
                        aria-label={t('colourOf', { name: label })}
                        value={colour}
                        format="hex"
                        swatches={[...CLASS_COLOURS]}
                        swatchesPerRow={10}
                        withEyeDropper={false}
                        readOnly={readOnly}
                        onChange={(value) => change({ colour: value })}
                      />
                    </Table.Td>
                    <Table.Td>
                      {readOnly ? (
                        t(`kinds.${kind}`)
                      ) : (
                        <SegmentedControl<ClassKind>
                          aria-label={t('kindOf', { name: label })}
                          size="xs"
                          fullWidth
                          data={CLASS_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
                          value={kind}
                          onChange={(value) => change({ kind: value })}
                        />
                      )}
                    </Table.Td>
                    <Table.Td>
                      <Select
                        aria-label={t('parentOf', { name: label })}
                        placeholder={t('noParent')}
                        data={parentsFor(draft, key)
                          .filter((candidate) => candidate.name.trim() !== '')
                          .map((candidate) => ({ value: candidate.key, label: candidate.name }))}
                        value={parentKey}
                        clearable={!readOnly}
                        readOnly={readOnly}
                        onChange={(value) => change({ parentKey: value })}
                      />
                    </Table.Td>
                    {!readOnly && (
                      <Table.Td>
                        <Group gap={2} wrap="nowrap">
                          <ActionIcon
                            disabled={index === 0}
                            onClick={() => onChange(moveClass(draft, key, -1))}
                            aria-label={t('up', { name: label })}
                          >
                            <IconArrowUp size={16} />
                          </ActionIcon>
                          <ActionIcon
                            disabled={index === draft.length - 1}
                            onClick={() => onChange(moveClass(draft, key, 1))}
                            aria-label={t('down', { name: label })}
                          >
                            <IconArrowDown size={16} />
                          </ActionIcon>
                          <Tooltip label={t('remove')}>
                            <ActionIcon
                              color="red"
                              onClick={() => onChange(removeClass(draft, key))}
                              aria-label={t('removeOf', { name: label })}
                            >
                              <IconTrash size={16} />
                            </ActionIcon>
                          </Tooltip>
                        </Group>
                      </Table.Td>
                    )}
                  </Table.Tr>
                );
              })}
              {after > 0 && <tr aria-hidden style={{ height: after }} />}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {!readOnly && (
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={add}
            disabled={draft.length >= LIMITS.classesPerProject}
          >
            {t('add')}
          </Button>
          {draft.length > 10 && (
            <Badge color="gray" variant="light">
              {t('beyondTen')}
            </Badge>
          )}
        </Group>
      )}
    </Stack>
  );
}
