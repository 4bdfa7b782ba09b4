'use client';

import {
  Alert,
  Box,
  Button,
  Checkbox,
  Grid,
  Group,
  NumberInput,
  Select,
  Skeleton,
  Stack,
  Text,
  Textarea,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { can, DRY_RUN, LIMITS, RUN_KINDS, RUN_PRIORITIES, type RunPriority } from '@maskloop/domain';
import { IconEye, IconPlayerPlay } from '@tabler/icons-react';
import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { useProject } from '../projects/use-project.ts';
import { EstimatePanel, useEstimate } from './EstimatePanel.tsx';
import { takenOverSelection } from './hand-over.ts';
import { type Draft, draftOf, emptyDraft, orderOf, withParameters } from './order.ts';
import { ParameterFields } from './ParameterFields.tsx';
import { ScopeFields } from './ScopeFields.tsx';
import { TextFields } from './TextFields.tsx';

const PRIORITIES = Object.keys(RUN_PRIORITIES) as RunPriority[];
/** The estimate is asked for when typing rests. */
const REST_MS = 300;

/** Ordering a run. `?from=` takes an earlier one's order over, `?selected` the images selected on their page. */
export function NewRunPage({ projectId }: { projectId: string }) {
  const t = useTranslations('runs');
  const trpc = useTRPC();
  const search = useSearchParams();
  const from = search.get('from');
  const project = useProject(projectId);
  const earlier = useQuery(trpc.run.get.queryOptions(from ? { runId: from } : skipToken));
  const failed = project.isError ? project : earlier.isError ? earlier : null;
  const waits = project.isPending || (from !== null && earlier.isPending);
  if (failed || waits) {
    return (
      <Page title={t('new')} width="wide">
        {failed ? (
          <ErrorState what={t('newFailed')} error={failed.error} onRetry={() => void failed.refetch()} />
        ) : (
          <Skeleton height={480} radius="lg" />
        )}
      </Page>
    );
  }
  if (!project.data || !can(project.data.role, 'run.start')) {
    return (
      <Page title={t('new')} width="wide">
        <Alert color="gray">{t('readOnly')}</Alert>
      </Page>
    );
  }
  const { activeModel } = project.data;
  return (
    <OrderForm
      key={from ?? 'new'}
      projectId={projectId}
      start={() =>
        earlier.data
          ? draftOf(earlier.data)
          : emptyDraft(activeModel, search.has('selected') ? takenOverSelection(projectId) : [])
      }
    />
  );
}

function OrderForm({ projectId, start: startDraft }: { projectId: string; start: () => Draft }) {
  const t = useTranslations('runs');
  const format = useFormatter();
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const [draft, setDraft] = useState(startDraft);
  const change = (changes: Partial<Draft>) => setDraft((current) => ({ ...current, ...changes }));
  const models = useQuery(trpc.model.list.queryOptions());
  const order = orderOf(draft);
  const [settled] = useDebouncedValue(order, REST_MS);
  const estimate = useEstimate(projectId, settled);
  const images = estimate.data?.images ?? null;
  const proposes = draft.kinds.includes('propose');

  const start = useMutation(
    trpc.run.start.mutationOptions({
      onSuccess: async ({ id }) => {
        router.push(`/projects/${projectId}/runs/${id}`);
        await queryClient.invalidateQueries({ queryKey: trpc.run.list.pathKey() });
      },
      onError: (error) => notify.failed(t('startFailed'), error),
    }),
  );
  const give = (dryRun: boolean) => {
    if (!order) return;
    const { priority, note, sample } = draft;
    start.mutate({ projectId, ...order, priority, note, dryRun, ...(dryRun ? { sample } : {}) });
  };
  const missing = !order || images === 0;
  return (
    <Page title={t('new')} description={t('newHint')} width="wide">
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="lg">
            <Section title={t('images')}>
              <ScopeFields draft={draft} onChange={change} />
            </Section>
            <Section title={t('what')}>
              <Stack gap="lg">
                {models.isError && (
                  <ErrorState
                    what={t('modelsFailed')}
                    error={models.error}
                    onRetry={() => void models.refetch()}
                  />
                )}
                <Select
                  label={t('model')}
                  description={t('modelHint')}
                  data={(models.data ?? [])
                    .filter(({ state }) => state !== 'retired')
                    .map(({ id, name }) => ({ value: id, label: name }))}
                  value={draft.modelVersionId}
                  onChange={(modelVersionId) => change({ modelVersionId })}
                  allowDeselect={false}
                  searchable
                  maw={420}
                />
                <Checkbox.Group
                  label={t('kinds')}
                  value={[...draft.kinds]}
                  onChange={(values) => change({ kinds: RUN_KINDS.filter((kind) => values.includes(kind)) })}
                >
                  <Stack gap="xs" mt={6}>
                    {RUN_KINDS.map((kind) => (
                      <Checkbox
                        key={kind}
                        value={kind}
                        label={t(`kind.${kind}`)}
                        description={t(`kindHint.${kind}`)}
                      />
                    ))}
                  </Stack>
                </Checkbox.Group>
                <Group align="flex-start" gap="lg">
                  <Select
                    label={t('priority')}
                    description={t('priorityHint')}
                    data={PRIORITIES.map((value) => ({ value, label: t(`priorityName.${value}`) }))}
                    value={draft.priority}
                    onChange={(value) => change({ priority: value as RunPriority })}
                    allowDeselect={false}
                    w={320}
                  />
                </Group>
                <Textarea
                  label={t('note')}
                  description={t('noteHint')}
                  autosize
                  maxRows={4}
                  maxLength={LIMITS.noteLength}
                  value={draft.note}
                  onChange={(event) => change({ note: event.currentTarget.value })}
                />
              </Stack>
            </Section>
            {proposes && (
              <Section title={t('parameters')} description={t('parametersHint')}>
                <ParameterFields
                  parameters={draft.parameters}
                  onPreset={(parameters) => change({ parameters })}
                  onChange={(changes) => setDraft((current) => withParameters(current, changes))}
                />
              </Section>
            )}
            {proposes && (
              <Section title={t('text')} description={t('textHint')}>
                <TextFields projectId={projectId} text={draft.text} onChange={(text) => change({ text })} />
              </Section>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Box pos="sticky" top={68}>
            <Section title={t('estimate.title')}>
              <EstimatePanel estimate={estimate} />
              <Stack gap="sm" mt="lg">
                {images === 0 && (
                  <Text size="sm" c="red">
                    {t('noImages')}
                  </Text>
                )}
                {proposes && (
                  <>
                    <NumberInput
                      label={t('sample')}
                      description={t('sampleHint')}
                      min={1}
                      max={DRY_RUN.mostImages}
                      allowDecimal={false}
                      clampBehavior="strict"
                      value={draft.sample}
                      onChange={(value) => typeof value === 'number' && change({ sample: value })}
                    />
                    <Button
                      leftSection={<IconEye size={16} />}
                      disabled={missing}
                      loading={start.isPending}
                      onClick={() => give(true)}
                    >
                      {t('startDry')}
                    </Button>
                  </>
                )}
                <Button
                  variant={proposes ? 'default' : 'filled'}
                  leftSection={<IconPlayerPlay size={16} />}
                  disabled={missing || images === null}
                  loading={start.isPending}
                  onClick={() =>
                    confirm({
                      title: t('startTitle', { count: images ?? 0, images: format.number(images ?? 0) }),
                      children: proposes ? t('startText') : t('startEncodeText'),
                      confirm: t('start'),
                      onConfirm: () => give(false),
                    })
                  }
                >
                  {proposes ? t('startWithoutDry') : t('start')}
                </Button>
              </Stack>
            </Section>
          </Box>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
