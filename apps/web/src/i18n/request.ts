import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import { chooseLocale, LOCALE_COOKIE } from './locale.ts';
import { MESSAGES } from './messages.ts';

/** Locale without a segment in the URL: links can be shared between people of different languages. */
export default getRequestConfig(async () => {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(jar.get(LOCALE_COOKIE)?.value, head.get('accept-language'));
  return { locale, messages: MESSAGES[locale], timeZone: 'UTC' };
});
