'use client';

import { Button, Group, type MantineSpacing } from '@mantine/core';
import { useTranslations } from 'next-intl';

interface LoadMoreProps {
  /** an infinite query */
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): Promise<unknown>;
  };
  /** room above, where the parent leaves none */
  readonly mt?: MantineSpacing;
}

/** The button below a list that has more pages; nothing where it has none. */
export function LoadMore({ list, ...room }: LoadMoreProps) {
  const common = useTranslations('common');
  if (!list.hasNextPage) return null;
  return (
    <Group justify="center" {...room}>
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {common('more')}
      </Button>
    </Group>
  );
}
