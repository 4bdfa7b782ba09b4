'use client';

import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { fixOf, type LintRule } from '@maskloop/domain';
import { compressCounts } from '@maskloop/sam-core';
import { IconWand } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { useClassNames } from '../datasets/use-class-names.ts';
import { type MaskOutline, MaskPicture } from '../masks/MaskPicture.tsx';
import { MaskTiles } from '../masks/MaskTiles.tsx';

type Scan = NonNullable<Outputs['lint']['latest']>;
type Finding = Outputs['lint']['findings']['items'][number];

interface FindingsProps {
  readonly projectId: string;
  readonly scan: Scan;
  readonly rule: LintRule;
}

/** Findings of one rule, each with what its fix would make of the mask. */
export function Findings({ projectId, scan, rule }: FindingsProps) {
  const t = useTranslations('lint');
  const trpc = useTRPC();
  const confirm = useConfirm();
  const findings = useInfiniteQuery(
    trpc.lint.findings.infiniteQueryOptions(
      { projectId, scanId: scan.id, rule },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const fix = useFix(projectId);
  const open = (findings.data?.pages ?? []).flatMap(({ items }) => items.filter((each) => each.open));
  if (findings.isError) {
    return (
      <ErrorState what={t('loadFailed')} error={findings.error} onRetry={() => void findings.refetch()} />
    );
  }
  return (
    <Stack gap="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm" c="dimmed" maw={640}>
          {t(`explain.${rule}`)} {t(`fix.${rule}`)}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          style={{ flexShrink: 0 }}
          leftSection={<IconWand size={14} />}
          disabled={open.length === 0}
          loading={fix.isPending}
          onClick={() =>
            confirm({
              title: t('fixAllTitle', { count: open.length }),
              children: t('fixAllText'),
              confirm: t('fixAll', { count: open.length }),
              onConfirm: () => fix.mutate({ projectId, findingIds: open.slice(0, 100).map(({ id }) => id) }),
            })
          }
        >
          {t('fixAll', { count: open.length })}
        </Button>
      </Group>
      <MaskTiles label={t(`rule.${rule}`)} list={findings} keyOf={({ id }) => id}>
        {(finding) => (
          <FindingTile
            projectId={projectId}
            scan={scan}
            finding={finding}
            fixing={fix.isPending}
            onFix={() => fix.mutate({ projectId, findingIds: [finding.id] })}
          />
        )}
      </MaskTiles>
    </Stack>
  );
}

function useFix(projectId: string) {
  const t = useTranslations('lint');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  return useMutation(
    trpc.lint.fix.mutationOptions({
      onSuccess: async (answers) => {
        const refused = answers.find(({ status }) => status === 'refused');
        if (refused) notify.failed(t('fixFailed'), new Error(refused.reason ?? ''));
        else notify.done(t('fixed', { count: answers.filter(({ status }) => status === 'fixed').length }));
        await queryClient.invalidateQueries({ queryKey: trpc.lint.findings.pathKey() });
        await queryClient.invalidateQueries({ queryKey: trpc.dataset.preview.queryKey({ projectId }) });
      },
      onError: (error) => notify.failed(t('fixFailed'), error),
    }),
  );
}

interface FindingTileProps {
  readonly projectId: string;
  readonly scan: Scan;
  readonly finding: Finding;
  readonly fixing: boolean;
  readonly onFix: () => void;
}

function FindingTile({ projectId, scan, finding, fixing, onFix }: FindingTileProps) {
  const t = useTranslations('lint');
  const datasets = useTranslations('datasets');
  const classNames = useClassNames(projectId);
  const { rule, parts, pixels, counts, otherCounts, open, classId } = finding;
  const image = useMemo(() => ({ ...finding, id: finding.imageId }), [finding]);
  const after = useMemo(
    () => fixOf(rule, counts, image, scan.policy, otherCounts),
    [rule, counts, image, scan.policy, otherCounts],
  );
  const beforeOutlines = useMemo((): MaskOutline[] => {
    const other = otherCounts === null ? [] : [{ counts: otherCounts, look: 'ghost' as const }];
    return [{ counts, look: 'fill' }, ...other];
  }, [counts, otherCounts]);
  const afterOutlines = useMemo(
    (): MaskOutline[] => [
      // what was stays as a line, so that both pictures show the same part
      { counts, look: 'ghost' },
      ...(after.kind === 'revise'
        ? [{ counts: compressCounts(after.rle.counts), look: 'fill' as const }]
        : otherCounts !== null
          ? [{ counts: otherCounts, look: 'fill' as const }]
          : []),
    ],
    [after, counts, otherCounts],
  );
  const removes = after.kind === 'remove';
  const name =
    classId === null ? datasets('noClassAtAll') : (classNames.get(classId) ?? datasets('deletedClass'));
  return (
    <Stack gap={6} data-testid="finding">
      <Group gap={6} grow wrap="nowrap">
        <MaskPicture
          label={t('before', { image: finding.imageName })}
          image={image}
          outlines={beforeOutlines}
        />
        <MaskPicture
          label={t('after', { image: finding.imageName })}
          image={image}
          outlines={afterOutlines}
        />
      </Group>
      <Anchor component={Link} href={`/projects/${projectId}/masks/${finding.maskId}`} size="sm" truncate>
        {name}
      </Anchor>
      <Text size="xs" c="dimmed" truncate title={finding.imageName}>
        {t('size', { parts, pixels })} · {finding.imageName}
      </Text>
      <Group justify="space-between" wrap="nowrap" gap={6}>
        {open ? (
          <Button size="compact-xs" variant="light" loading={fixing} onClick={onFix}>
            {removes ? t('removeMask') : t('apply')}
          </Button>
        ) : (
          <Badge size="sm" color="green">
            {t('settled')}
          </Badge>
        )}
        <Anchor component={Link} href={`/projects/${projectId}/images/${finding.imageId}`} size="xs">
          {t('openImage')}
        </Anchor>
      </Group>
    </Stack>
  );
}
