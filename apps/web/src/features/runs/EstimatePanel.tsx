'use client';

import { Alert, Skeleton, Text } from '@mantine/core';
import type { RunInput } from '@maskloop/domain';
import { IconServerOff } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Facts } from '@/ui/Facts.tsx';
import { formatBytes, formatDuration } from '@/ui/format.ts';

type Order = Pick<RunInput, 'modelVersionId' | 'kinds' | 'scope' | 'parameters'>;

/** What an order would take, asked of the server; the last answer stays while the next is on its way. */
export function useEstimate(projectId: string, order: Order | null) {
  const trpc = useTRPC();
  // other parts of an order, such as phrases that are being typed, change no estimate
  const asked = order && {
    modelVersionId: order.modelVersionId,
    kinds: order.kinds,
    scope: order.scope,
    parameters: order.parameters,
  };
  return useQuery(
    trpc.run.estimate.queryOptions(asked ? { projectId, ...asked } : skipToken, {
      placeholderData: keepPreviousData,
    }),
  );
}

/** Images, time and storage of an order before it is given. */
export function EstimatePanel({ estimate }: { estimate: ReturnType<typeof useEstimate> }) {
  const t = useTranslations('runs');
  const format = useFormatter();
  if (estimate.isError) {
    return (
      <ErrorState what={t('estimateFailed')} error={estimate.error} onRetry={() => void estimate.refetch()} />
    );
  }
  const { data } = estimate;
  if (!data) {
    return estimate.fetchStatus === 'idle' ? (
      <Text size="sm" c="dimmed">
        {t('estimateMissing')}
      </Text>
    ) : (
      <Skeleton height={190} />
    );
  }
  const unknown = t('unknown');
  const number = (value: number | null, digits = 0) =>
    value === null ? unknown : format.number(value, { maximumFractionDigits: digits });
  const bytes = (value: number | null) => (value === null ? unknown : formatBytes(value, format.number));
  return (
    <div aria-live="polite" style={{ opacity: estimate.isPlaceholderData ? 0.6 : 1 }}>
      <Facts
        rows={[
          [t('estimate.images'), <b key="images">{number(data.images)}</b>],
          [t('estimate.withEmbedding'), number(data.withEmbedding)],
          ...(data.promptsPerImage > 0
            ? ([
                [t('estimate.prompts'), number(data.promptsPerImage)],
                [t('estimate.proposals'), number(data.proposalsPerImage, 1)],
              ] as const)
            : []),
          [
            t('estimate.secondsPerImage'),
            data.secondsPerImage === null
              ? unknown
              : formatDuration(1000 * data.secondsPerImage, format.number),
          ],
          [t('estimate.workers'), number(data.workers)],
          [
            t('estimate.time'),
            <b key="time">
              {data.seconds === null ? unknown : formatDuration(1000 * data.seconds, format.number)}
            </b>,
          ],
          [t('estimate.embeddings'), bytes(data.bytes.embeddings)],
          [t('estimate.rows'), bytes(data.bytes.proposals)],
        ]}
      />
      {data.secondsPerImage === null && (
        <Text size="xs" c="dimmed" mt="sm">
          {t('estimate.noneYet')}
        </Text>
      )}
      {data.workers === 0 && (
        <Alert color="orange" icon={<IconServerOff size={18} />} mt="sm">
          {t('estimate.noWorker')}
        </Alert>
      )}
    </div>
  );
}
