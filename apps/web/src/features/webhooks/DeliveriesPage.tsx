'use client';

import { Button, Code, Modal, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowLeft, IconRefresh, IconSend } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { DeliveryState } from './DeliveryState.tsx';

type Delivery = Outputs['webhook']['deliveries']['items'][number];

/** While something is under way the log looks again by itself. */
const LOOK_AGAIN_MS = 2_000;

/** What a webhook was sent and what came back. */
export function DeliveriesPage({ projectId, webhookId }: { projectId: string; webhookId: string }) {
  const t = useTranslations('webhooks');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const log = useInfiniteQuery(
    trpc.webhook.deliveries.infiniteQueryOptions(
      { webhookId },
      {
        getNextPageParam: (page) => page.nextCursor,
        refetchInterval: (query) =>
          query.state.data?.pages.some(({ items }) => items.some(({ state }) => state === 'pending'))
            ? LOOK_AGAIN_MS
            : false,
      },
    ),
  );
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.webhook.deliveries.pathKey() });
  const test = useMutation(
    trpc.webhook.test.mutationOptions({
      onError: (error) => notify.failed(t('testFailed'), error),
      onSettled: refresh,
    }),
  );
  const items = log.data?.pages.flatMap((page) => page.items) ?? [];
  const url = log.data?.pages[0]?.url;
  const [shown, setShown] = useState<Delivery | null>(null);
  return (
    <Page
      title={t('deliveries')}
      description={url}
      actions={
        <>
          <LinkButton
            href={`/projects/${projectId}/settings`}
            variant="default"
            leftSection={<IconArrowLeft size={16} />}
          >
            {t('toSettings')}
          </LinkButton>
          <Button
            leftSection={<IconSend size={16} />}
            loading={test.isPending}
            onClick={() => test.mutate({ webhookId })}
          >
            {t('test')}
          </Button>
        </>
      }
    >
      {log.isError && (
        <ErrorState what={t('deliveriesFailed')} error={log.error} onRetry={() => void log.refetch()} />
      )}
      {log.isPending && <RowsSkeleton label={common('loading')} />}
      {log.data && items.length === 0 && (
        <EmptyState icon={<IconSend size={28} stroke={1.5} />} title={t('noDeliveries')}>
          {t('noDeliveriesText')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <Stack gap="md">
          <WideTable label={t('deliveries')} minWidth={860}>
            <Table aria-label={t('deliveries')} layout="fixed" highlightOnHover>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={170}>{t('message')}</Table.Th>
                  <Table.Th w={120}>{common('state')}</Table.Th>
                  <Table.Th>{t('answer')}</Table.Th>
                  <Table.Th w={100}>{t('took')}</Table.Th>
                  <Table.Th w={110}>{t('attempts')}</Table.Th>
                  <Table.Th w={140}>{common('created')}</Table.Th>
                  <Table.Th w={140}>{common('actions')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((delivery) => (
                  <DeliveryRow
                    key={delivery.id}
                    delivery={delivery}
                    onShow={() => setShown(delivery)}
                    onSent={refresh}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </WideTable>
          <LoadMore list={log} />
        </Stack>
      )}
      <Modal opened={shown !== null} onClose={() => setShown(null)} title={shown?.type} size="lg">
        {shown && (
          <Stack gap="xs">
            <Text size="sm" c="dimmed" className="ml-mono">
              webhook-id: {shown.id}
            </Text>
            <Code block>{JSON.stringify(JSON.parse(shown.body), null, 2)}</Code>
          </Stack>
        )}
      </Modal>
    </Page>
  );
}

function DeliveryRow({
  delivery,
  onShow,
  onSent,
}: {
  delivery: Delivery;
  onShow: () => void;
  onSent: () => void;
}) {
  const t = useTranslations('webhooks');
  const format = useFormatter();
  const trpc = useTRPC();
  const notify = useNotify();
  const { id: deliveryId, type, state, responseStatus, ms, error, attempts, createdAt } = delivery;
  const redeliver = useMutation(
    trpc.webhook.redeliver.mutationOptions({
      onError: (failure) => notify.failed(t('redeliverFailed'), failure),
      onSettled: onSent,
    }),
  );
  return (
    <Table.Tr>
      <Table.Td>
        <UnstyledButton onClick={onShow} fz="sm" className="ml-mono" aria-label={t('showOf', { type })}>
          {type}
        </UnstyledButton>
      </Table.Td>
      <Table.Td>
        <DeliveryState state={state} />
      </Table.Td>
      <Table.Td>
        <TruncatedText size="sm">
          {error ?? (responseStatus === null ? '–' : String(responseStatus))}
        </TruncatedText>
      </Table.Td>
      <Table.Td>{ms === null ? '–' : `${format.number(ms)} ms`}</Table.Td>
      <Table.Td>{attempts}</Table.Td>
      <Table.Td>
        <Ago date={createdAt} />
      </Table.Td>
      <Table.Td>
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconRefresh size={14} />}
          disabled={state === 'pending'}
          loading={redeliver.isPending}
          onClick={() => redeliver.mutate({ deliveryId })}
        >
          {t('redeliver')}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
