'use client';

import { Alert, Button, Grid, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { can, dryRunParameters, type RunProposal, type RunSummary } from '@maskloop/domain';
import { IconAdjustments, IconInfoCircle, IconPlayerPlay } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Section } from '@/ui/Section.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { ThresholdField } from '../projects/ThresholdField.tsx';
import { useProject } from '../projects/use-project.ts';
import { Histogram } from './Histogram.tsx';
import { PreviewPicture } from './PreviewPicture.tsx';
import { histogram, keeps, type Thresholds } from './thresholds.ts';

const BINS = 24;
const NONE: readonly RunProposal[] = [];

const FIELDS = [
  { name: 'predIouThresh', score: 'predictedIou' },
  { name: 'stabilityScoreThresh', score: 'stability' },
] as const;

/** Pictures of what a dry run proposed, thresholds to try on them, and the run with these thresholds. */
export function DryRunResult({ run }: { run: RunSummary }) {
  const t = useTranslations('runs');
  const format = useFormatter();
  const trpc = useTRPC();
  const { parameters, id: runId } = run;
  const [thresholds, setThresholds] = useState<Thresholds>({
    predIouThresh: parameters.predIouThresh,
    stabilityScoreThresh: parameters.stabilityScoreThresh,
  });
  // a dry run has twenty images at most
  const items = useInfiniteQuery(
    trpc.run.items.infiniteQueryOptions(
      { runId, state: 'done', limit: 100 },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const done = items.data?.pages.flatMap((page) => page.items) ?? [];
  const previews = useQueries({
    queries: done.map(({ imageId }) =>
      trpc.run.preview.queryOptions({ runId, imageId }, { staleTime: Number.POSITIVE_INFINITY }),
    ),
  });
  const broken = previews.find(({ isError }) => isError);
  const all = previews.flatMap(({ data }) => data?.proposals ?? NONE);
  const kept = all.filter((proposal) => keeps(thresholds, proposal)).length;
  const loaded = previews.filter(({ data }) => data).length;
  const lowest = dryRunParameters(parameters);
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Section title={t('pictures')} description={t('picturesHint')}>
          {items.isError && (
            <ErrorState what={t('itemsFailed')} error={items.error} onRetry={() => void items.refetch()} />
          )}
          {broken && (
            <ErrorState
              what={t('previewFailed')}
              error={broken.error}
              onRetry={() => void Promise.all(previews.map((preview) => preview.refetch()))}
            />
          )}
          {items.isSuccess && done.length === 0 && (
            <EmptyState icon={<IconInfoCircle size={26} stroke={1.5} />} title={t('noPictures')}>
              {run.counts.pending > 0 ? t('noPicturesYet') : t('noPicturesAtAll')}
            </EmptyState>
          )}
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
            {done.map(({ imageId }, at) => {
              const preview = previews[at]?.data;
              return preview ? (
                <PreviewPicture
                  key={imageId}
                  imageId={imageId}
                  image={preview.image}
                  proposals={preview.proposals}
                  thresholds={thresholds}
                />
              ) : (
                <Skeleton key={imageId} height={240} radius="md" />
              );
            })}
          </SimpleGrid>
        </Section>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Stack gap="lg" pos="sticky" top={68}>
          {done.length > 0 && (
            <Section title={t('tryThresholds')} description={t('tryThresholdsHint')}>
              <Stack gap="lg">
                {FIELDS.map(({ name, score }) => (
                  <div key={name}>
                    <ThresholdField
                      label={t(`parameter.${name}`)}
                      description={t(`parameterHint.${name}`)}
                      value={thresholds[name]}
                      min={lowest[name]}
                      onChange={(value) => setThresholds((current) => ({ ...current, [name]: value }))}
                    />
                    <Histogram
                      label={t('histogram', { name: t(`parameter.${name}`) })}
                      bins={histogram(all, score, thresholds, { from: lowest[name], bins: BINS })}
                      from={lowest[name]}
                      threshold={thresholds[name]}
                    />
                  </div>
                ))}
                <Text size="sm" role="status" className="ml-tabular">
                  {t.rich('keeps', {
                    kept: format.number(kept),
                    all: format.number(all.length),
                    perImage: format.number(loaded > 0 ? kept / loaded : 0, { maximumFractionDigits: 1 }),
                    b: (words) => <b>{words}</b>,
                  })}
                </Text>
                <Text size="xs" c="dimmed">
                  {t('estimateOnly')}
                </Text>
              </Stack>
            </Section>
          )}
          <StartReal run={run} thresholds={thresholds} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

/** The run itself: the same order, with the thresholds tried here. */
function StartReal({ run, thresholds }: { run: RunSummary; thresholds: Thresholds }) {
  const t = useTranslations('runs');
  const format = useFormatter();
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const project = useProject(run.projectId);
  const { projectId, kinds, scope, priority, note, parameters, text } = run;
  const changed =
    thresholds.predIouThresh !== parameters.predIouThresh ||
    thresholds.stabilityScoreThresh !== parameters.stabilityScoreThresh;
  const order = {
    projectId,
    modelVersionId: run.model.id,
    kinds: [...kinds],
    scope,
    parameters: changed ? { ...parameters, ...thresholds, preset: 'custom' as const } : parameters,
  };
  // thresholds change no estimate: the order as it was is asked for once
  const estimate = useQuery(trpc.run.estimate.queryOptions({ ...order, parameters }));
  const start = useMutation(
    trpc.run.start.mutationOptions({
      onSuccess: async ({ id }) => {
        router.push(`/projects/${projectId}/runs/${id}`);
        await queryClient.invalidateQueries({ queryKey: trpc.run.list.pathKey() });
      },
      onError: (error) => notify.failed(t('startFailed'), error),
    }),
  );
  if (!can(project.data?.role ?? null, 'run.start')) return null;
  const images = estimate.data?.images ?? null;
  return (
    <Section title={t('goOn')}>
      <Stack gap="sm">
        {estimate.isError && (
          <ErrorState
            what={t('estimateFailed')}
            error={estimate.error}
            onRetry={() => void estimate.refetch()}
          />
        )}
        {run.state === 'failed' && <Alert color="red">{t('dryFailed')}</Alert>}
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          disabled={!images}
          loading={start.isPending}
          onClick={() =>
            confirm({
              title: t('startTitle', { count: images ?? 0, images: format.number(images ?? 0) }),
              children: t('startText'),
              confirm: t('start'),
              onConfirm: () => start.mutate({ ...order, text, priority, note }),
            })
          }
        >
          {t('startOn', { count: images ?? 0, images: format.number(images ?? 0) })}
        </Button>
        <Group grow>
          <LinkButton
            href={`/projects/${projectId}/runs/new?from=${run.id}`}
            variant="default"
            leftSection={<IconAdjustments size={16} />}
          >
            {t('changeOrder')}
          </LinkButton>
        </Group>
      </Stack>
    </Section>
  );
}
