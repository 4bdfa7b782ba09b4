'use client';

import {
  ActionIcon,
  Alert,
  Anchor,
  Badge,
  Button,
  Group,
  Kbd,
  Progress,
  Skeleton,
  Stack,
  Table,
  Text,
} from '@mantine/core';
import { can, type SampleVerdict } from '@maskloop/domain';
import {
  IconArrowBackUp,
  IconChevronLeft,
  IconChevronRight,
  IconExternalLink,
  IconThumbDown,
  IconThumbUp,
  IconWand,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { BLOB } from '@/editor/addresses.ts';
import { chordsOf } from '@/editor/keys.ts';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Facts } from '@/ui/Facts.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { useProject } from '../projects/use-project.ts';
import { EstimatesFigure } from './Estimates.tsx';
import { MaskView } from './MaskView.tsx';
import { StratumName } from './StratumName.tsx';

type Sample = Outputs['sample']['get'];
type Item = Outputs['sample']['item'];

/** One quality sample: its masks one by one, and what they tell. */
export function SamplePage({ projectId, sampleId }: { projectId: string; sampleId: string }) {
  const t = useTranslations('samples');
  const trpc = useTRPC();
  const sample = useQuery(trpc.sample.get.queryOptions({ sampleId }));
  return (
    <Page
      width="wide"
      title={sample.data ? t('name', { number: sample.data.number }) : t('title')}
      description={t('judgeDescription')}
    >
      {sample.isError && (
        <ErrorState
          what={t('loadFailed')}
          error={sample.error}
          onRetry={() => void sample.refetch()}
          actions={<Anchor href={`/projects/${projectId}/samples`}>{t('title')}</Anchor>}
        />
      )}
      {sample.isPending && <Skeleton height={480} radius="lg" />}
      {sample.data && (
        <Stack gap="lg">
          <Judging projectId={projectId} sample={sample.data} />
          <Result sample={sample.data} />
        </Stack>
      )}
    </Page>
  );
}

function Judging({ projectId, sample }: { projectId: string; sample: Sample }) {
  const t = useTranslations('samples');
  const format = useFormatter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const asked = Number(useSearchParams().get('place'));
  const [place, setPlace] = useState(asked >= 1 && asked <= sample.total ? asked : (sample.firstOpen ?? 1));
  const [whole, setWhole] = useState(false);
  const [bare, setBare] = useState(false);
  const mayJudge = can(useProject(projectId).data?.role ?? null, 'sample.judge');
  const itemQuery = (at: number) => trpc.sample.item.queryOptions({ sampleId: sample.id, place: at });
  // corrected in another window meanwhile: looked at again when this one is back
  const item = useQuery({ ...itemQuery(place), refetchOnWindowFocus: 'always' });

  useEffect(() => {
    window.history.replaceState(null, '', `?place=${place}`);
  }, [place]);

  // the next one is there when it is wanted
  const next = useQuery({ ...itemQuery(place + 1), enabled: place < sample.total });
  const nextImageId = next.data?.image.id;
  useEffect(() => {
    if (nextImageId) new Image().src = BLOB.display(nextImageId);
  }, [nextImageId]);

  const judge = useMutation(
    trpc.sample.judge.mutationOptions({
      onSuccess: async (_, { place: at, sampleId }) => {
        await Promise.all([
          queryClient.invalidateQueries({ queryKey: trpc.sample.item.queryKey({ sampleId, place: at }) }),
          queryClient.invalidateQueries({ queryKey: trpc.sample.get.queryKey({ sampleId }) }),
          queryClient.invalidateQueries({ queryKey: trpc.sample.list.pathKey() }),
        ]);
      },
      onError: (error, { place: at }) => {
        notify.failed(t('judgeFailed'), error);
        setPlace(at);
      },
    }),
  );
  const go = (by: number) => setPlace((now) => Math.min(sample.total, Math.max(1, now + by)));
  const say = (verdict: SampleVerdict | null) => {
    if (!item.data || !mayJudge) return;
    judge.mutate({ sampleId: sample.id, place, verdict });
    if (verdict !== null) go(1);
  };
  const openEditor = () => {
    if (!item.data || item.data.image.deleted) return;
    const { image, maskId } = item.data;
    window.open(`/projects/${projectId}/images/${image.id}?mask=${maskId}`, '_blank', 'noopener');
  };
  const correctable = item.data?.correctionIou != null;
  useChords({
    Y: () => say('good'),
    U: () => say('bad'),
    C: () => correctable && say('corrected'),
    Backspace: () => item.data?.verdict && say(null),
    E: openEditor,
    ArrowLeft: () => go(-1),
    ArrowRight: () => go(1),
    A: () => go(-1),
    D: () => go(1),
    Z: () => setWhole((now) => !now),
    H: () => setBare((now) => !now),
  });

  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('previous')}
            disabled={place === 1}
            onClick={() => go(-1)}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
          <Text size="sm" className="ml-tabular" data-testid="sample-place">
            {t('place', { place: format.number(place), total: format.number(sample.total) })}
          </Text>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('next')}
            disabled={place === sample.total}
            onClick={() => go(1)}
          >
            <IconChevronRight size={18} />
          </ActionIcon>
          {item.data?.verdict && <VerdictBadge item={item.data} />}
        </Group>
        {item.data && (
          <Text size="sm" c="dimmed" truncate maw={420} title={item.data.image.name}>
            {item.data.image.name}
          </Text>
        )}
      </Group>
      <Progress
        value={(100 * sample.judged) / Math.max(1, sample.total)}
        size="xs"
        aria-label={t('progress', {
          judged: format.number(sample.judged),
          total: format.number(sample.total),
        })}
      />
      {item.isError && (
        <ErrorState what={t('loadFailed')} error={item.error} onRetry={() => void item.refetch()} />
      )}
      {item.isPending && <Skeleton height="clamp(320px, calc(100dvh - 330px), 900px)" radius="md" />}
      {item.data?.image.deleted && <Alert color="orange">{t('imageGone')}</Alert>}
      {item.data && (
        <MaskView
          image={item.data.image}
          box={item.data.proposal.box}
          counts={item.data.proposal.counts}
          correction={correctable ? (item.data.now?.counts ?? null) : null}
          whole={whole}
          bare={bare}
          label={t('maskLabel', { place: format.number(place), name: item.data.image.name })}
        />
      )}
      {item.data?.correctionIou != null && item.data.verdict !== 'corrected' && (
        <Alert color="green" data-testid="correction-found">
          {t('correctionFound', {
            iou: format.number(item.data.correctionIou, { maximumFractionDigits: 3 }),
          })}
        </Alert>
      )}
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <Button
            color="green"
            leftSection={<IconThumbUp size={17} />}
            rightSection={<Kbd size="xs">Y</Kbd>}
            disabled={!item.data || !mayJudge}
            onClick={() => say('good')}
            data-testid="verdict-good"
          >
            {t('verdict.good')}
          </Button>
          <Button
            color="red"
            leftSection={<IconThumbDown size={17} />}
            rightSection={<Kbd size="xs">U</Kbd>}
            disabled={!item.data || !mayJudge}
            onClick={() => say('bad')}
            data-testid="verdict-bad"
          >
            {t('verdict.bad')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconExternalLink size={17} />}
            rightSection={<Kbd size="xs">E</Kbd>}
            disabled={!item.data || item.data.image.deleted}
            onClick={openEditor}
            data-testid="open-editor"
          >
            {t('openEditor')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconWand size={17} />}
            rightSection={<Kbd size="xs">C</Kbd>}
            disabled={!correctable || !mayJudge}
            onClick={() => say('corrected')}
            data-testid="verdict-corrected"
          >
            {t('countCorrection')}
          </Button>
          {item.data?.verdict && (
            <Button
              variant="subtle"
              leftSection={<IconArrowBackUp size={17} />}
              rightSection={<Kbd size="xs">⌫</Kbd>}
              disabled={!mayJudge}
              onClick={() => say(null)}
            >
              {t('takeBack')}
            </Button>
          )}
        </Group>
        <Group gap="md">
          <Toggle chord="Z" pressed={whole} onClick={() => setWhole((now) => !now)}>
            {t('wholeImage')}
          </Toggle>
          <Toggle chord="H" pressed={bare} onClick={() => setBare((now) => !now)}>
            {t('hideOutline')}
          </Toggle>
        </Group>
      </Group>
    </Stack>
  );
}

function Toggle(props: { chord: string; pressed: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <Button
      variant={props.pressed ? 'light' : 'default'}
      size="sm"
      aria-pressed={props.pressed}
      rightSection={<Kbd size="xs">{props.chord}</Kbd>}
      onClick={props.onClick}
    >
      {props.children}
    </Button>
  );
}

const VERDICT_COLOURS = { good: 'green', bad: 'red', corrected: 'blue' } as const;

function VerdictBadge({ item }: { item: Item }) {
  const t = useTranslations('samples');
  const format = useFormatter();
  const { verdict, iou, judgedBy } = item;
  if (verdict === null) return null;
  return (
    <Group gap={6}>
      <Badge color={VERDICT_COLOURS[verdict]} variant="light" data-testid="verdict" data-verdict={verdict}>
        {t(`verdict.${verdict}`)}
        {iou !== null && ` · IoU ${format.number(iou, { maximumFractionDigits: 3 })}`}
      </Badge>
      {judgedBy && (
        <Text size="xs" c="dimmed">
          {judgedBy.name}
        </Text>
      )}
    </Group>
  );
}

function Result({ sample }: { sample: Sample }) {
  const t = useTranslations('samples');
  const format = useFormatter();
  const percent = (value: number) =>
    format.number(value, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const best = sample.estimates[0]?.estimate ?? null;
  return (
    <Section title={t('result')} description={t('resultDescription')}>
      <Stack gap="lg">
        <EstimatesFigure estimates={sample.estimates} />
        <Facts
          rows={[
            [
              t('judgedSoFar'),
              t('progress', { judged: format.number(sample.judged), total: format.number(sample.total) }),
            ],
            [
              t('verdicts'),
              t('verdictCounts', {
                good: sample.verdicts.good,
                bad: sample.verdicts.bad,
                corrected: sample.verdicts.corrected,
              }),
            ],
            [
              t('effectiveSize'),
              best ? format.number(best.effectiveSize, { maximumFractionDigits: 0 }) : '–',
            ],
            [t('coveredPopulation'), best ? percent(best.covered) : '–'],
          ]}
        />
        <WideTable label={t('strata')} minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('predictedIou')}</Table.Th>
                <Table.Th ta="right">{t('masksThere')}</Table.Th>
                <Table.Th ta="right">{t(`drawnUnits.${sample.unit}`)}</Table.Th>
                <Table.Th ta="right">{t('judgedMasks')}</Table.Th>
                <Table.Th ta="right">{t('shareThere')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sample.strata.map(({ from, masks, drawn, judged, estimate }, at) => (
                <Table.Tr key={from ?? 'lowest'}>
                  <Table.Td>
                    <StratumName strata={sample.strata} at={at} />
                  </Table.Td>
                  <Table.Td ta="right" className="ml-tabular">
                    {format.number(masks)}
                  </Table.Td>
                  <Table.Td ta="right" className="ml-tabular">
                    {format.number(drawn)}
                  </Table.Td>
                  <Table.Td ta="right" className="ml-tabular">
                    {format.number(judged)}
                  </Table.Td>
                  <Table.Td ta="right" className="ml-tabular">
                    {estimate
                      ? `${percent(estimate.share)} (${percent(estimate.low)}–${percent(estimate.high)})`
                      : '–'}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </WideTable>
      </Stack>
    </Section>
  );
}

/** Keys of the page, by what is printed on them, also under an input method; a focused field keeps its own. */
function useChords(actions: Readonly<Record<string, () => unknown>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onDown = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (
        event.defaultPrevented ||
        target?.closest('input, textarea, select, [role="dialog"], [role="menu"]')
      )
        return;
      const chord = chordsOf(event).find((each) => each in latest.current);
      if (chord === undefined) return;
      event.preventDefault();
      latest.current[chord]?.();
    };
    window.addEventListener('keydown', onDown);
    return () => window.removeEventListener('keydown', onDown);
  }, []);
}
