import {
  ActionIcon,
  Combobox,
  Group,
  ScrollArea,
  Text,
  TextInput,
  Tooltip,
  useCombobox,
} from '@mantine/core';
import type { LabelClass } from '@maskloop/domain';
import { IconSearch, IconTagOff } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type RefObject, useState } from 'react';
import styles from '../editor.module.css';
import type { EditorSession } from '../session.ts';
import { useCell } from '../use-cell.ts';
import { Swatch } from './Swatch.tsx';

interface ClassPickerProps {
  readonly session: EditorSession;
  /** `/` goes there */
  readonly search: RefObject<HTMLInputElement | null>;
}

/** The classes: by number, by typing ahead, by click. The last one sticks; none is fine too. */
export function ClassPicker({ session, search }: ClassPickerProps) {
  const t = useTranslations('editor');
  const all = useCell(session.classes);
  const active = useCell(session.classId);
  const [text, setText] = useState('');
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const classes = all.filter((each) => !each.deleted);
  const wanted = text.trim().toLocaleLowerCase();
  const found = wanted ? bestFirst(classes, wanted) : classes;
  const choose = (id: string | null) => {
    session.chooseClass(id);
    setText('');
    combobox.closeDropdown();
    search.current?.blur();
    document.querySelector<HTMLElement>('[data-testid="editor-canvas"]')?.focus();
  };
  return (
    <section className={styles.section} aria-label={t('classes')}>
      <Group justify="space-between" gap="xs" mb={6} wrap="nowrap">
        <Text className={styles.heading}>{t('classes')}</Text>
        <Tooltip label={t('no-class')}>
          <ActionIcon
            size="sm"
            aria-label={t('no-class')}
            aria-pressed={active === null}
            variant={active === null ? 'light' : 'subtle'}
            onClick={() => choose(null)}
          >
            <IconTagOff size={14} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Combobox store={combobox} onOptionSubmit={choose} withinPortal={false} shadow="md">
        <Combobox.Target>
          <TextInput
            ref={search}
            size="xs"
            placeholder={t('class-search')}
            aria-label={t('class-search')}
            data-testid="class-search"
            leftSection={<IconSearch size={13} />}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              combobox.openDropdown();
              combobox.selectFirstOption();
            }}
            onFocus={() => combobox.openDropdown()}
            onBlur={() => {
              combobox.closeDropdown();
              setText('');
            }}
            onKeyDown={(event) => {
              // the tenth class has 0 here, where no picture is meant
              const place = /^[0-9]$/.test(event.key) && text === '' ? Number(event.key) || 10 : 0;
              const pick = place > 0 ? classes[place - 1] : undefined;
              if (pick) {
                event.preventDefault();
                choose(pick.id);
              }
              if (event.key === 'Escape') {
                event.preventDefault();
                search.current?.blur();
              }
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={!wanted}>
          <Combobox.Options mah={220} style={{ overflowY: 'auto' }}>
            {found.slice(0, 50).map((each) => (
              <Combobox.Option key={each.id} value={each.id}>
                <Group gap={8} wrap="nowrap">
                  <Swatch colour={each.colour} />
                  <Text size="sm" truncate>
                    {each.name}
                  </Text>
                </Group>
              </Combobox.Option>
            ))}
            {found.length === 0 && <Combobox.Empty>{t('class-none-found', { text })}</Combobox.Empty>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {classes.length === 0 ? (
        <Text size="xs" c="dimmed" mt={8}>
          {t('class-none')}
        </Text>
      ) : (
        <ScrollArea.Autosize mah={190} mt={6} type="auto" scrollbarSize={8}>
          <div role="listbox" aria-label={t('classes')}>
            {classes.map((each, index) => (
              <button
                key={each.id}
                type="button"
                role="option"
                aria-selected={each.id === active}
                className={styles.classRow}
                onClick={() => choose(each.id)}
              >
                <Swatch colour={each.colour} />
                <span className={styles.grow}>{each.name}</span>
                {index < 9 && <kbd className={styles.key}>{index + 1}</kbd>}
              </button>
            ))}
          </div>
        </ScrollArea.Autosize>
      )}
    </section>
  );
}

/** Names that hold the text: the name itself first, then those that begin with it, then the others in their order. */
function bestFirst(classes: readonly LabelClass[], wanted: string): LabelClass[] {
  const rank = (name: string) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2);
  return classes
    .map((each) => ({ each, name: each.name.toLocaleLowerCase() }))
    .filter(({ name }) => name.includes(wanted))
    .sort((a, b) => rank(a.name) - rank(b.name))
    .map(({ each }) => each);
}
