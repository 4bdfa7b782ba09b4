'use client';

import {
  Alert,
  Anchor,
  Box,
  Button,
  Group,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
} from '@mantine/core';
import { can } from '@maskloop/domain';
import { ModelManifest } from '@maskloop/sam-core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Facts } from '@/ui/Facts.tsx';
import { Figure } from '@/ui/Figure.tsx';
import { formatBytes } from '@/ui/format.ts';
import { Markdown } from '@/ui/Markdown.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { ModelStateBadge } from './model-parts.tsx';
import { readMetrics } from './read-metrics.ts';
import { TrainedOn } from './TrainedOn.tsx';

type Model = Outputs['model']['get'];

/** One model version: card, lineage, files, input contract, figures; activation for a project. */
export function ModelPage({ modelVersionId }: { modelVersionId: string }) {
  const t = useTranslations('models');
  const common = useTranslations('common');
  const format = useFormatter();
  const trpc = useTRPC();
  const model = useQuery(trpc.model.get.queryOptions({ modelVersionId }));
  if (model.isError) {
    return (
      <Page title={t('unavailable')} width="narrow">
        <ErrorState what={t('oneFailed')} error={model.error} onRetry={() => void model.refetch()} />
      </Page>
    );
  }
  if (!model.data) {
    return (
      <Page title={<Skeleton height={28} width={260} />}>
        <Skeleton height={320} radius="lg" />
      </Page>
    );
  }
  const { data } = model;
  const metrics = readMetrics(data.metrics);
  return (
    <Page title={data.name} mark={<ModelStateBadge state={data.state} />} description={data.family}>
      <Stack gap="lg">
        {metrics.length > 0 && (
          <SimpleGrid component="dl" cols={{ base: 2, sm: 3, lg: 6 }} m={0}>
            {metrics.map(({ key, value }) => (
              <Figure key={key} label={key} value={format.number(value, { maximumFractionDigits: 3 })} />
            ))}
          </SimpleGrid>
        )}
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <Section title={t('card')}>
            {data.card.trim() ? <Markdown>{data.card}</Markdown> : <Text c="dimmed">{t('noCard')}</Text>}
          </Section>
          <Stack gap="lg">
            <Section title={t('lineage')}>
              <Facts
                rows={[
                  [
                    t('parent'),
                    data.parent ? (
                      <Anchor key="parent" component={Link} href={`/models/${data.parent.id}`} size="sm">
                        {data.parent.name}
                      </Anchor>
                    ) : (
                      t('original')
                    ),
                  ],
                  [
                    t('trainedOn'),
                    data.datasetVersionId ? (
                      <TrainedOn key="trained" datasetVersionId={data.datasetVersionId} />
                    ) : (
                      t('notTrainedHere')
                    ),
                  ],
                  [
                    common('created'),
                    format.dateTime(data.createdAt, { dateStyle: 'long', timeStyle: 'short' }),
                  ],
                  [
                    t('encoderHash'),
                    <CopyValue key="e" value={data.encoderSha256} label={t('encoderHash')} show={20} />,
                  ],
                  [
                    t('decoderHash'),
                    <CopyValue key="d" value={data.decoderSha256} label={t('decoderHash')} show={20} />,
                  ],
                ]}
              />
            </Section>
            <Activation model={data} />
          </Stack>
        </SimpleGrid>
        <Contract manifest={data.manifest} />
      </Stack>
    </Page>
  );
}

function Contract({ manifest }: { manifest: unknown }) {
  const t = useTranslations('models');
  const format = useFormatter();
  const parsed = ModelManifest.safeParse(manifest);
  if (!parsed.success) {
    return (
      <Section title={t('contract')}>
        <Alert color="orange" icon={<IconAlertTriangle size={18} />}>
          {t('contractUnreadable')}
        </Alert>
      </Section>
    );
  }
  const { side, encoder, decoder, license, source } = parsed.data;
  const files = [encoder.file, ...encoder.external, decoder.file, ...decoder.external];
  const normalise =
    encoder.normalize.where === 'caller'
      ? t('normaliseCaller', {
          mean: encoder.normalize.mean.join(', '),
          std: encoder.normalize.std.join(', '),
        })
      : t('normaliseGraph', { range: encoder.normalize.range });
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Section title={t('contract')} description={t('contractHint')}>
        <Facts
          rows={[
            [t('inputSide'), `${side} × ${side} px`],
            [t('layout'), encoder.input.layout.toUpperCase()],
            [t('fit'), t(`fits.${encoder.fit}`)],
            [t('normalise'), normalise],
            [t('logits'), `${decoder.lowResSide} × ${decoder.lowResSide}`],
            [t('candidates'), format.number(decoder.maskTokens)],
            [t('box'), decoder.boxStyle],
            [t('feedback'), decoder.inputs.maskInput ? t('yes') : t('no')],
            [t('license'), license],
            ...(source ? ([[t('source'), source]] as [string, ReactNode][]) : []),
          ]}
        />
      </Section>
      <Section title={t('files')}>
        <Table aria-label={t('files')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('file')}</Table.Th>
              <Table.Th>{t('size')}</Table.Th>
              <Table.Th>SHA-256</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {files.map(({ path, bytes, sha256 }) => (
              <Table.Tr key={`${path}${sha256}`}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{path}</Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatBytes(bytes, format.number)}</Table.Td>
                <Table.Td>
                  <CopyValue value={sha256} label={`SHA-256 ${path}`} show={10} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Section>
    </SimpleGrid>
  );
}

function Activation({ model }: { model: Model }) {
  const t = useTranslations('models');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const projects = useQuery(trpc.project.list.queryOptions());
  const [projectId, setProjectId] = useState<string | null>(null);
  const own = (projects.data ?? []).filter(({ role }) => can(role, 'project.update'));
  const using = own.filter(({ activeModelVersionId }) => activeModelVersionId === model.id);
  const chosen = own.find(({ id }) => id === projectId);
  const activate = useMutation(
    trpc.project.update.mutationOptions({
      onSuccess: async () => {
        notify.done(t('activated', { model: model.name, project: chosen?.name ?? '' }));
        setProjectId(null);
        await queryClient.invalidateQueries({ queryKey: trpc.project.pathKey() });
      },
      onError: (error) => notify.failed(t('activateFailed'), error),
    }),
  );
  if (own.length === 0) return null;
  return (
    <Section title={t('use')} description={t('useHint')}>
      {using.length > 0 && (
        <Text size="sm" mb="sm">
          {t('usedBy', { projects: using.map(({ name }) => name).join(', ') })}
        </Text>
      )}
      <Group align="flex-end" gap="sm">
        <Box flex={1}>
          <Select
            label={t('project')}
            placeholder={t('chooseProject')}
            searchable
            data={own
              .filter(({ activeModelVersionId }) => activeModelVersionId !== model.id)
              .map(({ id, name }) => ({ value: id, label: name }))}
            value={projectId}
            onChange={setProjectId}
            disabled={model.state === 'retired'}
            nothingFoundMessage={t('noOtherProject')}
          />
        </Box>
        <Button
          disabled={!chosen}
          loading={activate.isPending}
          onClick={() =>
            chosen &&
            confirm({
              title: t('activateTitle', { model: model.name }),
              children: t('activateText', { project: chosen.name }),
              confirm: t('activate'),
              onConfirm: () => activate.mutate({ projectId: chosen.id, activeModelVersionId: model.id }),
            })
          }
        >
          {t('activate')}
        </Button>
      </Group>
    </Section>
  );
}
