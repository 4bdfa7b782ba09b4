'use client';

import { Tooltip } from '@mantine/core';
import { useFormatter, useNow } from 'next-intl';

/** How long ago, kept current; the exact time in a tooltip. */
export function Ago({ date }: { date: Date }) {
  const format = useFormatter();
  const now = useNow({ updateInterval: 15_000 });
  // clocks differ by a little between machines; nothing here lies in the future
  const shown = date > now ? now : date;
  return (
    <Tooltip label={format.dateTime(date, { dateStyle: 'full', timeStyle: 'medium' })}>
      <time dateTime={date.toISOString()}>{format.relativeTime(shown, now)}</time>
    </Tooltip>
  );
}
