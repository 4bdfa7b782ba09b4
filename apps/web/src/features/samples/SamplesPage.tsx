'use client';

import {
  Badge,
  Button,
  Group,
  NumberInput,
  Paper,
  Progress,
  SegmentedControl,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import {
  allocate,
  can,
  LIMITS,
  SAMPLE_ALLOCATIONS,
  SAMPLE_UNITS,
  type SampleAllocation,
  type SampleUnit,
} from '@maskloop/domain';
import { IconDice5, IconScale } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { useProject } from '../projects/use-project.ts';
import { EstimatesFigure } from './Estimates.tsx';
import { StratumName } from './StratumName.tsx';

/** Quality samples of a project: drawing one, and what each tells so far. */
export function SamplesPage({ projectId }: { projectId: string }) {
  const t = useTranslations('samples');
  const trpc = useTRPC();
  const project = useProject(projectId);
  const samples = useInfiniteQuery(
    trpc.sample.list.infiniteQueryOptions(
      { projectId },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const found = samples.data?.pages.flatMap(({ items }) => items) ?? [];
  const mayDraw = can(project.data?.role ?? null, 'sample.draw');
  return (
    <Page title={t('title')} description={t('description')}>
      <Stack gap="xl">
        {mayDraw && <DrawSample projectId={projectId} />}
        <Stack component="section" gap="md" aria-labelledby="samples-drawn">
          <Title order={2} id="samples-drawn">
            {t('drawn')}
          </Title>
          {samples.isError && (
            <ErrorState what={t('loadFailed')} error={samples.error} onRetry={() => void samples.refetch()} />
          )}
          {samples.isPending && <Skeleton height={180} radius="lg" />}
          {samples.isSuccess && found.length === 0 && (
            <EmptyState icon={<IconScale size={28} />} title={t('none')}>
              {mayDraw ? t('noneDraw') : t('noneWait')}
            </EmptyState>
          )}
          {found.map((sample) => (
            <SampleCard key={sample.id} projectId={projectId} sample={sample} />
          ))}
          {samples.hasNextPage && (
            <Button
              variant="default"
              loading={samples.isFetchingNextPage}
              onClick={() => void samples.fetchNextPage()}
            >
              {t('more')}
            </Button>
          )}
        </Stack>
      </Stack>
    </Page>
  );
}

/** Large enough for an interval of about three points either side at 94 %. */
const USUAL_SIZE = 200;

function DrawSample({ projectId }: { projectId: string }) {
  const t = useTranslations('samples');
  const format = useFormatter();
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const [unit, setUnit] = useState<SampleUnit>('mask');
  const [allocation, setAllocation] = useState<SampleAllocation>('proportional');
  const [size, setSize] = useState<number | string>(USUAL_SIZE);
  const [seed, setSeed] = useState<number | string>(1);
  const strata = useQuery(trpc.sample.strata.queryOptions({ projectId, unit }));
  const draw = useMutation(
    trpc.sample.draw.mutationOptions({
      onSuccess: async ({ id }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.sample.pathKey() });
        router.push(`/projects/${projectId}/samples/${id}`);
      },
      onError: (error) => notify.failed(t('drawFailed'), error),
    }),
  );
  const wanted = typeof size === 'number' ? size : 0;
  const populations = strata.data?.map(({ population }) => population) ?? [];
  const given = allocate(populations, wanted, allocation);
  const all = populations.reduce((sum, each) => sum + each, 0);
  const ready = wanted >= 1 && typeof seed === 'number' && all > 0;
  return (
    <Section title={t('drawTitle')} description={t('drawDescription')}>
      {strata.isError && (
        <ErrorState what={t('loadFailed')} error={strata.error} onRetry={() => void strata.refetch()} />
      )}
      {strata.isPending && <Skeleton height={160} />}
      {strata.isSuccess && strata.data === null && <Text c="dimmed">{t('stageHasNone')}</Text>}
      {strata.data && all === 0 && <Text c="dimmed">{t('nothingToDraw')}</Text>}
      {strata.data && all > 0 && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && typeof seed === 'number') {
              draw.mutate({ projectId, unit, allocation, seed, size: wanted });
            }
          }}
        >
          <Group align="flex-end" gap="md" mb="md">
            <div>
              <Text size="sm" fw={600} mb={4} id="sample-unit">
                {t('unit')}
              </Text>
              <SegmentedControl
                aria-labelledby="sample-unit"
                data={SAMPLE_UNITS.map((value) => ({ value, label: t(`units.${value}`) }))}
                value={unit}
                onChange={(value) => setUnit(SAMPLE_UNITS.find((each) => each === value) ?? 'mask')}
              />
            </div>
            <NumberInput
              label={t('size')}
              w={120}
              min={1}
              max={LIMITS.sampleSize}
              allowDecimal={false}
              value={size}
              onChange={setSize}
            />
            <Select
              label={t('allocation')}
              w={240}
              data={SAMPLE_ALLOCATIONS.map((value) => ({ value, label: t(`allocations.${value}`) }))}
              value={allocation}
              allowDeselect={false}
              onChange={(value) =>
                setAllocation(SAMPLE_ALLOCATIONS.find((each) => each === value) ?? 'proportional')
              }
            />
            <NumberInput
              label={t('seed')}
              w={130}
              min={0}
              max={2_147_483_647}
              allowDecimal={false}
              value={seed}
              onChange={setSeed}
            />
            <Button
              type="submit"
              leftSection={<IconDice5 size={17} />}
              disabled={!ready}
              loading={draw.isPending}
              data-testid="draw-sample"
            >
              {t('draw')}
            </Button>
          </Group>
          <WideTable label={t('strata')} minWidth={420}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('predictedIou')}</Table.Th>
                  <Table.Th ta="right">{t(`population.${unit}`)}</Table.Th>
                  <Table.Th ta="right">{t('drawnOf')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {strata.data.map(({ from, population }, at) => (
                  <Table.Tr key={from ?? 'lowest'}>
                    <Table.Td>
                      <StratumName strata={strata.data ?? []} at={at} />
                    </Table.Td>
                    <Table.Td ta="right" className="ml-tabular">
                      {format.number(population)}
                    </Table.Td>
                    <Table.Td ta="right" className="ml-tabular">
                      {format.number(given[at] ?? 0)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </WideTable>
        </form>
      )}
    </Section>
  );
}

function SampleCard({
  projectId,
  sample,
}: {
  projectId: string;
  sample: Outputs['sample']['list']['items'][number];
}) {
  const t = useTranslations('samples');
  const format = useFormatter();
  const { number, unit, total, judged, verdicts } = sample;
  const done = judged === total;
  return (
    <Paper p="lg" component="article" aria-label={t('name', { number })} data-testid="sample-card">
      <Group justify="space-between" align="flex-start" gap="lg">
        <Stack gap={4} miw={0}>
          <Group gap="sm">
            <Title order={3}>{t('name', { number })}</Title>
            <Badge variant="light" color={done ? 'green' : 'gray'}>
              {t('progress', { judged: format.number(judged), total: format.number(total) })}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {t(`units.${unit}`)} · {t(`allocations.${sample.allocation}`)} ·{' '}
            {t('seedIs', { seed: String(sample.seed) })} · {sample.createdBy.name} ·{' '}
            <Ago date={sample.createdAt} />
          </Text>
          <Text size="sm">
            {t('verdictCounts', {
              good: verdicts.good,
              bad: verdicts.bad,
              corrected: verdicts.corrected,
            })}
          </Text>
        </Stack>
        <LinkButton
          href={`/projects/${projectId}/samples/${sample.id}`}
          variant={done ? 'default' : 'filled'}
        >
          {done ? t('look') : judged === 0 ? t('judge') : t('goOn')}
        </LinkButton>
      </Group>
      <Progress value={total === 0 ? 0 : (100 * judged) / total} size="xs" my="md" aria-hidden />
      <EstimatesFigure estimates={sample.estimates} />
    </Paper>
  );
}
