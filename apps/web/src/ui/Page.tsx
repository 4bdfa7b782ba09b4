import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Page.module.css';

interface PageProps {
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** beside the title, such as a badge */
  readonly mark?: ReactNode;
  /** at the right end of the title row */
  readonly actions?: ReactNode;
  readonly width?: 'narrow' | 'normal' | 'wide';
  readonly children: ReactNode;
}

/** The frame of every page inside the shell: one h1, what it is about, its actions, its content. */
export function Page({ title, description, mark, actions, width = 'normal', children }: PageProps) {
  const widthClass = width === 'normal' ? '' : classes[width];
  return (
    <div className={`${classes.page} ${widthClass}`}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="lg" gap="lg">
        <Stack gap={4} miw={0}>
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Title order={1} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {mark}
          </Group>
          {description && (
            <Text c="dimmed" size="sm" maw={720}>
              {description}
            </Text>
          )}
        </Stack>
        {actions && (
          <Group gap="xs" wrap="nowrap" style={{ flexShrink: 0 }}>
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </div>
  );
}
