import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Logo } from '@/ui/Logo.tsx';
import { LanguageToggle } from '../shell/LanguageToggle.tsx';
import { ThemeToggle } from '../shell/ThemeToggle.tsx';
import classes from './SessionFrame.module.css';

interface SessionFrameProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of the pages one sees before being signed in. */
export function SessionFrame({ title, description, children }: SessionFrameProps) {
  return (
    <div className={classes.frame}>
      <Group component="header" justify="space-between">
        <Logo size={30} />
        <Group gap={4}>
          <LanguageToggle />
          <ThemeToggle />
        </Group>
      </Group>
      <main className={classes.card}>
        <Paper p="xl" shadow="sm">
          <Stack gap="lg">
            <div>
              <Title order={1}>{title}</Title>
              {description && (
                <Text size="sm" c="dimmed" mt={4}>
                  {description}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
      </main>
    </div>
  );
}
