'use client';

import { Badge, Box, Group, Progress, Stack, Text } from '@mantine/core';
import { type GateCheck, type GateMeasure, STAGES, type Stage } from '@maskloop/domain';
import { IconCheck, IconCircle, IconCircleCheck } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import classes from './StageBoard.module.css';

interface StageBoardProps {
  readonly stage: Stage;
  /** what the gate of the stage asks for */
  readonly checks: readonly GateCheck[];
}

/** The three stages of the data engine, and how far the project is through the current one's gate. */
export function StageBoard({ stage, checks }: StageBoardProps) {
  const t = useTranslations('stage');
  const current = STAGES.indexOf(stage);
  return (
    <ol className={classes.board}>
      {STAGES.map((each, index) => (
        <li
          key={each}
          className={classes.stage}
          data-current={index === current || undefined}
          aria-current={index === current ? 'step' : undefined}
        >
          <Group justify="space-between" wrap="nowrap" mb={4}>
            <Text fw={600} size="sm">
              {`${index + 1} · ${t(`name.${each}`)}`}
            </Text>
            {index === current && (
              <Badge variant="filled" style={{ flexShrink: 0 }}>
                {t('current')}
              </Badge>
            )}
            {index < current && <IconCheck size={18} aria-label={t('passed')} role="img" />}
          </Group>
          <Text size="xs" c="dimmed">
            {t(`text.${each}`)}
          </Text>
          {index === current && checks.length > 0 && (
            <Stack component="ul" gap={12} mt="md" p={0} mb={0} style={{ listStyle: 'none' }}>
              {checks.map((check) => (
                <GateBar key={check.measure} check={check} />
              ))}
            </Stack>
          )}
        </li>
      ))}
    </ol>
  );
}

/** One measure against its target: a bar that is full when the target is reached, and what it means. */
function GateBar({ check: { measure, target, value, met, share } }: { check: GateCheck }) {
  const t = useTranslations('stage');
  const show = useMeasure();
  const text = t(`against.${measure}`, {
    value: value === null ? '–' : show(measure, value),
    target: show(measure, target),
  });
  const Icon = met ? IconCircleCheck : IconCircle;
  return (
    <Box component="li">
      <Group justify="space-between" gap="xs" wrap="nowrap" mb={3}>
        <Group gap={6} wrap="nowrap" c={met ? 'var(--ml-status-accepted)' : 'dimmed'}>
          <Icon size={15} aria-label={met ? t('met') : t('notMet')} role="img" style={{ flexShrink: 0 }} />
          <Text size="xs" fw={600} c="var(--mantine-color-text)">
            {t(`measure.${measure}`)}
          </Text>
        </Group>
        <Text size="xs" fw={600} className="ml-tabular" style={{ whiteSpace: 'nowrap' }}>
          {text}
        </Text>
      </Group>
      <Progress
        value={100 * share}
        color={met ? 'green' : 'petrol'}
        size={6}
        aria-label={`${t(`measure.${measure}`)}: ${text}`}
      />
      <Text size="xs" c="dimmed" mt={3}>
        {t(`means.${measure}`)}
      </Text>
    </Box>
  );
}

/** Writes a measure's value in its own unit. */
export function useMeasure(): (measure: GateMeasure, value: number) => string {
  const format = useFormatter();
  return (measure, value) => {
    switch (measure) {
      case 'verifiedMasks':
        return format.number(value);
      case 'secondsPerMask':
        return format.number(value, {
          style: 'unit',
          unit: 'second',
          unitDisplay: 'short',
          maximumFractionDigits: 1,
        });
      case 'acceptedShare':
        return format.number(value, { style: 'percent', maximumFractionDigits: 1 });
      case 'correctionIou':
        return format.number(value, { maximumFractionDigits: 3 });
    }
  };
}
