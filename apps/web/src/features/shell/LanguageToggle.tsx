'use client';

import { ActionIcon, Menu } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { LOCALE_NAMES, LOCALES, type Locale } from '@/i18n/locale.ts';
import { rememberLocale } from '../session/preferences.ts';

interface LanguageToggleProps {
  /** told after a change, to keep it with the account */
  readonly onChange?: (locale: Locale) => void;
}

/** Chooses the language of this browser. */
export function LanguageToggle({ onChange }: LanguageToggleProps) {
  const t = useTranslations('shell');
  const current = useLocale();
  const router = useRouter();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={t('language')}>
          <IconLanguage size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={current}
          onChange={(value) => {
            const locale = value as Locale;
            rememberLocale(locale);
            onChange?.(locale);
            router.refresh();
          }}
        >
          {LOCALES.map((locale) => (
            <Menu.RadioItem key={locale} value={locale} lang={locale}>
              {LOCALE_NAMES[locale]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
