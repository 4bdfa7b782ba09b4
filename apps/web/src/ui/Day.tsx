'use client';

import { useFormatter } from 'next-intl';

/** A date without the time. */
export function Day({ date }: { date: Date }) {
  const format = useFormatter();
  return <time dateTime={date.toISOString()}>{format.dateTime(date, { dateStyle: 'medium' })}</time>;
}
