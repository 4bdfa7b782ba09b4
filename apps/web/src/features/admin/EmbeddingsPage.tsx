'use client';

import { Badge, Button, Progress, Stack, Table, Text } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { formatBytes } from '@/ui/format.ts';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

type Row = Outputs['embedding']['ledger'][number];

/** While encoding or purging is under way the figures move. */
const LOOK_AGAIN_MS = 5_000;

/** What embeddings occupy, which are missing, and which nobody needs any more. */
export function EmbeddingsPage() {
  const t = useTranslations('embeddings');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const ledger = useQuery(trpc.embedding.ledger.queryOptions(undefined, { refetchInterval: LOOK_AGAIN_MS }));
  return (
    <Page title={t('title')} description={t('description')}>
      {ledger.isError && (
        <ErrorState what={t('loadFailed')} error={ledger.error} onRetry={() => void ledger.refetch()} />
      )}
      {ledger.isPending && <RowsSkeleton label={common('loading')} />}
      {ledger.data?.length === 0 && (
        <EmptyState icon={<IconStack2 size={28} stroke={1.5} />} title={t('none')}>
          {t('noneText')}
        </EmptyState>
      )}
      {ledger.data && ledger.data.length > 0 && (
        <WideTable label={t('title')} minWidth={980}>
          <Table aria-label={t('title')} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('models')}</Table.Th>
                <Table.Th w={150}>{t('encoder')}</Table.Th>
                <Table.Th w={140}>{common('state')}</Table.Th>
                <Table.Th w={220}>{t('coverage')}</Table.Th>
                <Table.Th w={100}>{t('backlog')}</Table.Th>
                <Table.Th w={150}>{t('stored')}</Table.Th>
                <Table.Th w={110}>{common('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {ledger.data.map((row) => (
                <EncoderRow key={row.encoderSha256} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      )}
    </Page>
  );
}

function EncoderRow({ row }: { row: Row }) {
  const t = useTranslations('embeddings');
  const format = useFormatter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const { encoderSha256, models, projects, wanted, covered, backlog, embeddings, closeUps, bytes, purging } =
    row;
  const stored = embeddings + closeUps > 0;
  const names = models.map(({ name }) => name).join(', ') || t('unknownModel');
  const number = (value: number) => format.number(value);
  const size = formatBytes(bytes, (value, options) => format.number(value, options));
  const purge = useMutation(
    trpc.embedding.purge.mutationOptions({
      onSuccess: () => notify.done(t('purgeOrdered')),
      onError: (error) => notify.failed(t('purgeFailed'), error),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.embedding.ledger.queryKey() }),
    }),
  );
  return (
    <Table.Tr>
      <Table.Td>
        <TruncatedText size="sm" fw={500}>
          {names}
        </TruncatedText>
      </Table.Td>
      <Table.Td>
        <CopyValue value={encoderSha256} label={t('encoder')} show={10} />
      </Table.Td>
      <Table.Td>
        {projects > 0 ? (
          <Badge color="green">{t('used', { projects })}</Badge>
        ) : (
          <Badge color={stored ? 'yellow' : 'gray'}>{stored ? t('stale') : t('unused')}</Badge>
        )}
      </Table.Td>
      <Table.Td>
        {projects > 0 ? (
          <Stack gap={4}>
            <Progress
              value={wanted === 0 ? 0 : (covered / wanted) * 100}
              aria-label={t('coverageOf', { names })}
            />
            <Text size="xs" c="dimmed">
              {t('covered', { covered: number(covered), wanted: number(wanted) })}
            </Text>
          </Stack>
        ) : (
          <Text size="sm" c="dimmed">
            –
          </Text>
        )}
      </Table.Td>
      <Table.Td>{number(backlog)}</Table.Td>
      <Table.Td>
        {size}
        {stored && (
          <Text size="xs" c="dimmed">
            {t('counted', { count: embeddings, closeUps })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {projects === 0 && stored && (
          <Button
            size="compact-sm"
            variant="light"
            color="red"
            aria-label={t('purgeOf', { names })}
            loading={purge.isPending || purging}
            onClick={() =>
              confirm({
                title: t('purgeTitle', { names }),
                children: t('purgeText', { count: embeddings, closeUps, size }),
                confirm: t('purge'),
                danger: true,
                onConfirm: () => purge.mutate({ encoderSha256 }),
              })
            }
          >
            {t('purge')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
