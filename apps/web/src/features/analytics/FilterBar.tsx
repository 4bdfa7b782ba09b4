'use client';

import { Group, SegmentedControl, Select, TextInput, type TextInputProps } from '@mantine/core';
import { can, type FiguresFilter, firstDayOf, PERIODS, type Period, type Role } from '@maskloop/domain';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';

const PERIOD_NAMES = Object.keys(PERIODS) as Period[];

interface FilterBarProps {
  readonly projectId: string;
  readonly role: Role;
  readonly userId: string;
  readonly filter: FiguresFilter;
  readonly onChange: (part: Partial<FiguresFilter>) => void;
}

/** Whose work, and of which days; with what a role may not see left out (AN2). */
export function FilterBar({ projectId, role, userId, filter, onChange }: FilterBarProps) {
  const t = useTranslations('analytics');
  const trpc = useTRPC();
  const people = can(role, 'analytics.people');
  const members = useQuery(trpc.member.list.queryOptions({ projectId }, { enabled: people }));
  const others = (members.data ?? []).filter(({ user }) => user.id !== userId);
  const period =
    filter.to === null
      ? PERIOD_NAMES.find((name) => firstDayOf(name, new Date()) === filter.from)
      : undefined;
  return (
    <Group gap="md" align="flex-end">
      {can(role, 'analytics.view') && (
        <Select
          label={t('whose')}
          w={230}
          searchable={others.length > 8}
          allowDeselect={false}
          data={[
            { value: 'everybody', label: t('everybody') },
            { value: 'mine', label: t('mine') },
            ...others.map(({ user }) => ({ value: user.id, label: user.name })),
          ]}
          value={filter.whose}
          onChange={(whose) => onChange({ whose: whose ?? 'everybody' })}
        />
      )}
      <SegmentedControl
        aria-label={t('period')}
        data={PERIOD_NAMES.map((name) => ({ value: name, label: t(`periods.${name}`) }))}
        // no period is chosen when the days below are others
        value={period ?? ''}
        onChange={(name) =>
          onChange({
            from: firstDayOf(PERIOD_NAMES.find((each) => each === name) ?? 'all', new Date()),
            to: null,
          })
        }
      />
      <DayInput
        label={t('from')}
        day={filter.from}
        max={filter.to ?? undefined}
        onDay={(from) => onChange({ from })}
      />
      <DayInput
        label={t('to')}
        day={filter.to}
        min={filter.from ?? undefined}
        error={filter.from !== null && filter.to !== null && filter.from > filter.to && t('daysReversed')}
        onDay={(to) => onChange({ to })}
      />
    </Group>
  );
}

interface DayInputProps extends TextInputProps {
  /** YYYY-MM-DD; null: none */
  readonly day: string | null;
  readonly onDay: (day: string | null) => void;
}

function DayInput({ day, onDay, ...input }: DayInputProps) {
  return (
    <TextInput
      type="date"
      w={160}
      value={day ?? ''}
      onChange={({ currentTarget: { value } }) => onDay(value || null)}
      {...input}
    />
  );
}
