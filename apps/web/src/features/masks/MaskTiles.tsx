'use client';

import { Paper, Skeleton, Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { LoadMore } from '@/ui/LoadMore.tsx';
import classes from './MaskPicture.module.css';

interface MaskTilesProps<T> {
  /** names the list */
  readonly label: string;
  /** what can be scrolled or paged through, as react-query's infinite queries give it */
  readonly list: {
    readonly data: { readonly pages: readonly { readonly items: readonly T[] }[] } | undefined;
    readonly isPending: boolean;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): Promise<unknown>;
  };
  readonly keyOf: (item: T) => string;
  readonly children: (item: T) => ReactNode;
}

/** Masks as a grid of cards, a page at a time. */
export function MaskTiles<T>({ label, list, keyOf, children }: MaskTilesProps<T>) {
  const common = useTranslations('common');
  if (list.isPending) {
    return (
      <div className={classes.grid} role="status" aria-label={common('loading')}>
        {['a', 'b', 'c', 'd'].map((key) => (
          <Skeleton key={key} height={240} radius="md" />
        ))}
      </div>
    );
  }
  return (
    <Stack gap="md">
      <ul className={classes.grid} aria-label={label}>
        {list.data?.pages.flatMap(({ items }) =>
          items.map((item) => (
            <Paper component="li" key={keyOf(item)} p="xs" withBorder>
              {children(item)}
            </Paper>
          )),
        )}
      </ul>
      <LoadMore list={list} />
    </Stack>
  );
}
