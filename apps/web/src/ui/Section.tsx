import { Group, Paper, type PaperProps, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface SectionProps extends PaperProps {
  readonly title: ReactNode;
  /** what links jump to */
  readonly anchor?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A titled card; its heading is an h2 and names the region. */
export function Section({ title, anchor, description, actions, children, ...paper }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" id={anchor} aria-labelledby={id} {...paper}>
      <Group justify="space-between" align="flex-start" mb="md" wrap="nowrap">
        <div>
          <Title order={2} id={id}>
            {title}
          </Title>
          {description && (
            <Text size="sm" c="dimmed" mt={2}>
              {description}
            </Text>
          )}
        </div>
        {actions && (
          <Group gap="xs" wrap="nowrap">
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </Paper>
  );
}
