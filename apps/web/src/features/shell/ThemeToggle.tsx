'use client';

import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

/** Closed set; also what the account page offers. */
export const THEMES = ['light', 'dark', 'auto'] as const satisfies readonly MantineColorScheme[];

const ICONS = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const;

interface ThemeToggleProps {
  /** told after a change, to keep it with the account */
  readonly onChange?: (theme: MantineColorScheme) => void;
}

/** Chooses light, dark or the system's colours for this browser. */
export function ThemeToggle({ onChange }: ThemeToggleProps) {
  const t = useTranslations('shell');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={t('theme.label')}>
          <IconSun size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => {
            const theme = value as MantineColorScheme;
            setColorScheme(theme);
            onChange?.(theme);
          }}
        >
          {THEMES.map((theme) => {
            const Icon = ICONS[theme];
            return (
              <Menu.RadioItem key={theme} value={theme} rightSection={<Icon size={16} />}>
                {t(`theme.${theme}`)}
              </Menu.RadioItem>
            );
          })}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
