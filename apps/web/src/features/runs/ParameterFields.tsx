'use client';

import { NumberInput, Select, SimpleGrid, Stack } from '@mantine/core';
import { presetParameters, RUN_PRESETS, type RunParameters } from '@maskloop/domain';
import { useTranslations } from 'next-intl';
import { ThresholdField } from '../projects/ThresholdField.tsx';

interface ParameterFieldsProps {
  readonly parameters: RunParameters;
  /** the whole set, from a preset */
  readonly onPreset: (parameters: RunParameters) => void;
  /** single values */
  readonly onChange: (change: Partial<RunParameters>) => void;
}

/** Whole numbers, with what the border allows. */
const NUMBERS = {
  pointsPerSide: { min: 1, max: 64, step: 4 },
  cropNLayers: { min: 0, max: 2, step: 1 },
  cropNPointsDownscaleFactor: { min: 1, max: 4, step: 1 },
  minMaskRegionArea: { min: 0, max: 100_000, step: 50 },
} as const;
const SHARES = ['predIouThresh', 'stabilityScoreThresh', 'boxNmsThresh', 'maxAreaShare'] as const;

/** How a run searches an image: a preset, and each value with what it does. */
export function ParameterFields({ parameters, onPreset, onChange }: ParameterFieldsProps) {
  const t = useTranslations('runs');
  const custom = parameters.preset === 'custom';
  return (
    <Stack gap="lg">
      <Select
        label={t('presetLabel')}
        description={t(`presetHint.${parameters.preset}`)}
        data={[
          ...RUN_PRESETS.map((value) => ({ value, label: t(`preset.${value}`) })),
          ...(custom ? [{ value: 'custom', label: t('preset.custom') }] : []),
        ]}
        value={parameters.preset}
        allowDeselect={false}
        maw={420}
        onChange={(value) => {
          const preset = RUN_PRESETS.find((each) => each === value);
          if (preset) onPreset(presetParameters(preset));
        }}
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="lg">
        {SHARES.map((name) => (
          <ThresholdField
            key={name}
            label={t(`parameter.${name}`)}
            description={t(`parameterHint.${name}`)}
            value={parameters[name]}
            onChange={(value) => onChange({ [name]: value })}
          />
        ))}
        {(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]).map((name) => (
          <NumberInput
            key={name}
            label={t(`parameter.${name}`)}
            description={t(`parameterHint.${name}`)}
            {...NUMBERS[name]}
            allowDecimal={false}
            clampBehavior="strict"
            value={parameters[name]}
            onChange={(value) => typeof value === 'number' && onChange({ [name]: value })}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
