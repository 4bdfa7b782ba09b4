'use client';

import { Badge, Group, Progress, Stack, Text } from '@mantine/core';
import { STAGE_RULES, STAGES, type Stage } from '@maskloop/domain';
import { IconCheck } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import classes from './StageBoard.module.css';

interface StageBoardProps {
  readonly stage: Stage;
  readonly verifiedMasks: number;
  /** 0..1 */
  readonly meanProposalIou: number | null;
}

/** The three stages of the data engine, and what is still missing to the next one. */
export function StageBoard({ stage, verifiedMasks, meanProposalIou }: StageBoardProps) {
  const t = useTranslations('stage');
  const format = useFormatter();
  const current = STAGES.indexOf(stage);
  const fraction = (value: number) => format.number(value, { maximumFractionDigits: 3 });
  return (
    <ol className={classes.board}>
      {STAGES.map((each, index) => {
        const { gate } = STAGE_RULES[each];
        return (
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
              {index === current && <Badge variant="filled">{t('current')}</Badge>}
              {index < current && <IconCheck size={18} aria-label={t('passed')} role="img" />}
            </Group>
            <Text size="xs" c="dimmed">
              {t(`text.${each}`)}
            </Text>
            {index === current && gate && (
              <Stack gap={10} mt="md">
                <Gate
                  label={t('gateMasks')}
                  value={`${format.number(verifiedMasks)} / ${format.number(gate.verifiedMasks)}`}
                  share={verifiedMasks / gate.verifiedMasks}
                />
                {gate.meanProposalIou > 0 && (
                  <Gate
                    label={t('gateIou')}
                    value={`${meanProposalIou === null ? '–' : fraction(meanProposalIou)} / ${fraction(gate.meanProposalIou)}`}
                    share={(meanProposalIou ?? 0) / gate.meanProposalIou}
                  />
                )}
              </Stack>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Gate({ label, value, share }: { label: string; value: string; share: number }) {
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={3}>
        <Text size="xs">{label}</Text>
        <Text size="xs" fw={600} className="ml-tabular">
          {value}
        </Text>
      </Group>
      <Progress value={Math.min(100, 100 * share)} size={6} aria-label={`${label}: ${value}`} />
    </div>
  );
}
