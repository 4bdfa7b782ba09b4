import { Anchor, Box, Button, Group, Skeleton, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCheck,
  IconFileExport,
  IconMessage,
  IconRobot,
  IconSnowflake,
  type TablerIcon,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import classes from './Home.module.css';
import { placeOf } from './news.ts';

type Item = Outputs['me']['news']['items'][number];

/** Lines shown at first. */
const SHOWN = 5;

const ICONS = {
  accepted: IconCheck,
  'sent-back': IconArrowBackUp,
  commented: IconMessage,
  'run-done': IconRobot,
  'run-failed': IconAlertTriangle,
  frozen: IconSnowflake,
  exported: IconFileExport,
} as const satisfies Record<Item['kind'], TablerIcon>;

/** What happened since the visit before this one, each line with the way to it. */
export function News() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const news = useQuery(trpc.me.news.queryOptions(undefined, { refetchOnMount: 'always' }));
  const [all, setAll] = useState(false);
  const { since = null, items = [] } = news.data ?? {};
  const shown = all ? items : items.slice(0, SHOWN);
  return (
    <Section
      title={t('news')}
      description={
        since && (
          <>
            {t('newsSince')} <Ago date={since} />
          </>
        )
      }
    >
      {news.isError && (
        <ErrorState what={t('newsFailed')} error={news.error} onRetry={() => void news.refetch()} />
      )}
      {news.isPending && <Skeleton height={60} />}
      {news.data && items.length === 0 && (
        <Text c="dimmed" size="sm">
          {t(since === null ? 'newsFirst' : 'newsNone')}
        </Text>
      )}
      <ul className={classes.rows}>
        {shown.map((item) => (
          <NewsRow key={`${item.kind} ${placeOf(item)} ${item.at.getTime()}`} item={item} />
        ))}
      </ul>
      {items.length > shown.length && (
        <Button size="compact-sm" variant="default" mt="xs" onClick={() => setAll(true)}>
          {t('newsMore', { count: items.length - shown.length })}
        </Button>
      )}
    </Section>
  );
}

function NewsRow({ item }: { readonly item: Item }) {
  const text = useNewsText()(item);
  const Icon = ICONS[item.kind];
  return (
    <li data-testid="news">
      <Group wrap="nowrap" gap="sm" align="flex-start">
        <Icon size={18} stroke={1.5} aria-hidden style={{ flex: 'none', marginBlockStart: 2 }} />
        <Box miw={0} flex={1}>
          <TruncatedText
            size="sm"
            as={
              <Anchor component={Link} href={placeOf(item)} c="inherit" size="sm">
                {text}
              </Anchor>
            }
          >
            {text}
          </TruncatedText>
          <Text size="xs" c="dimmed" lineClamp={1}>
            {`${item.project.name} · `}
            <Ago date={item.at} />
          </Text>
        </Box>
      </Group>
    </li>
  );
}

function useNewsText(): (item: Item) => string {
  const t = useTranslations('home');
  const runs = useTranslations('runs');
  const formats = useTranslations('exports.name');
  return (item) => {
    switch (item.kind) {
      case 'accepted':
      case 'sent-back':
        return t(`newsKind.${item.kind}`, { count: item.images, image: item.image.name });
      case 'commented':
        return t(`newsKind.${item.kind}`, { count: item.comments, image: item.image.name, by: item.by });
      case 'run-done':
      case 'run-failed': {
        const { note, model, dryRun } = item.run;
        return t(`newsKind.${item.kind}`, {
          name: note ? `“${note}”` : runs(dryRun ? 'dryTitle' : 'named', { model }),
        });
      }
      case 'frozen':
        return t(`newsKind.${item.kind}`, item.version);
      case 'exported':
        return t(`newsKind.${item.kind}`, {
          ...item.version,
          format: item.format ? formats(item.format) : '',
        });
    }
  };
}
