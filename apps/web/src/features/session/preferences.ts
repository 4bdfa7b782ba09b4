import { LOCALE_COOKIE, type Locale } from '@/i18n/locale.ts';

const YEAR_SECONDS = 365 * 24 * 3600;

/** Whether this browser has a language of its own already. */
export function hasLocaleCookie(): boolean {
  return document.cookie.split('; ').some((entry) => entry.startsWith(`${LOCALE_COOKIE}=`));
}

/** Takes effect with the next request; `router.refresh()` makes one. */
export function rememberLocale(locale: Locale): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox
  document.cookie = `${LOCALE_COOKIE}=${locale}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/** Where Mantine keeps the colour scheme of this browser. */
export const COLOUR_SCHEME_KEY = 'mantine-color-scheme-value';
