'use client';

import { Group, Input, NumberInput, Slider } from '@mantine/core';
import { useId } from 'react';

interface ThresholdFieldProps {
  readonly label: string;
  readonly description: string;
  /** 0..1 */
  readonly value: number;
  /** default 0 */
  readonly min?: number;
  /** default 1 */
  readonly max?: number;
  readonly onChange: (value: number) => void;
  readonly error?: string | undefined;
}

/** A share between 0 and 1, by slider or by number. */
export function ThresholdField({
  label,
  description,
  value,
  min = 0,
  max = 1,
  onChange,
  error,
}: ThresholdFieldProps) {
  const id = useId();
  return (
    <Input.Wrapper id={id} label={label} description={description} error={error}>
      <Group gap="md" mt={6} wrap="nowrap">
        <Slider
          flex={1}
          min={min}
          max={max}
          step={0.01}
          value={value}
          onChange={onChange}
          label={null}
          thumbLabel={label}
        />
        <NumberInput
          id={id}
          w={92}
          min={min}
          max={max}
          step={0.01}
          decimalScale={3}
          value={value}
          onChange={(next) => typeof next === 'number' && onChange(next)}
        />
      </Group>
    </Input.Wrapper>
  );
}
