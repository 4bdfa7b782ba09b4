'use client';

import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from '@mantine/core';
import { LINT_RULES, type LintPolicy } from '@maskloop/domain';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { useProject } from '../projects/use-project.ts';

/** LN2: what a project calls wrong, and what of it keeps a version from leaving. */
export function PolicyForm({ projectId }: { readonly projectId: string }) {
  const t = useTranslations('lint');
  const trpc = useTRPC();
  const stored = useQuery(trpc.lint.policy.queryOptions({ projectId }));
  return (
    <Section title={t('policy')} description={t('policyHint')}>
      {stored.isError && (
        <ErrorState what={t('loadFailed')} error={stored.error} onRetry={() => void stored.refetch()} />
      )}
      {stored.isPending && <Skeleton height={160} />}
      {stored.data && <Fields key={JSON.stringify(stored.data)} projectId={projectId} stored={stored.data} />}
    </Section>
  );
}

const LIMITS_IN_PX = ['islandPx', 'holePx', 'speckPx'] as const;

function Fields({ projectId, stored }: { readonly projectId: string; readonly stored: LintPolicy }) {
  const t = useTranslations('lint');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const [policy, setPolicy] = useState<LintPolicy>(stored);
  const save = useMutation(
    trpc.lint.setPolicy.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.lint.policy.queryKey({ projectId }) });
        notify.done(common('saved'));
      },
      onError: (error) => notify.failed(t('policyFailed'), error),
    }),
  );
  const changed = JSON.stringify(policy) !== JSON.stringify(stored);
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        {LIMITS_IN_PX.map((key) => (
          <NumberInput
            key={key}
            label={t(`limit.${key}`)}
            suffix=" px"
            min={0}
            max={100_000}
            allowDecimal={false}
            value={policy[key]}
            onChange={(value) => typeof value === 'number' && setPolicy({ ...policy, [key]: value })}
          />
        ))}
        <NumberInput
          label={t('limit.duplicateIou')}
          min={0.5}
          max={1}
          step={0.01}
          decimalScale={2}
          value={policy.duplicateIou}
          onChange={(value) => typeof value === 'number' && setPolicy({ ...policy, duplicateIou: value })}
        />
      </SimpleGrid>
      <Apart projectId={projectId} policy={policy} onChange={setPolicy} />
      <Checkbox.Group
        label={t('blocking')}
        description={t('blockingHint')}
        value={policy.blocking}
        onChange={(values) =>
          setPolicy({ ...policy, blocking: LINT_RULES.filter((rule) => values.includes(rule)) })
        }
      >
        <Group gap="md" mt={8}>
          {LINT_RULES.map((rule) => (
            <Checkbox key={rule} value={rule} label={t(`rule.${rule}`)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Group justify="flex-end">
        {changed && (
          <Text size="sm" c="dimmed">
            {common('unsaved')}
          </Text>
        )}
        <Button
          disabled={!changed}
          loading={save.isPending}
          onClick={() => save.mutate({ projectId, policy })}
        >
          {common('save')}
        </Button>
      </Group>
    </Stack>
  );
}

interface ApartProps {
  readonly projectId: string;
  readonly policy: LintPolicy;
  readonly onChange: (policy: LintPolicy) => void;
}

/** Pairs of classes that may share no pixel. */
function Apart({ projectId, policy, onChange }: ApartProps) {
  const t = useTranslations('lint');
  const project = useProject(projectId);
  const classes = (project.data?.classes ?? []).filter(({ deleted }) => !deleted);
  const options = classes.map(({ id, name }) => ({ value: id, label: name }));
  const first = classes[0];
  const setPair = (index: number, pair: [string, string]) =>
    onChange({ ...policy, apart: policy.apart.map((each, at) => (at === index ? pair : each)) });
  return (
    <Stack gap="xs" role="group" aria-label={t('apart')}>
      <div>
        <Text size="sm" fw={500}>
          {t('apart')}
        </Text>
        <Text size="xs" c="dimmed">
          {t('apartHint')}
        </Text>
      </div>
      {policy.apart.map(([a, b], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair has no other identity
        <Group key={index} gap="xs" wrap="nowrap" maw={640}>
          <Select
            aria-label={t('apartFirst')}
            data={options}
            value={a}
            onChange={(id) => id && setPair(index, [id, b])}
            allowDeselect={false}
            flex={1}
          />
          <Select
            aria-label={t('apartSecond')}
            data={options}
            value={b}
            onChange={(id) => id && setPair(index, [a, id])}
            allowDeselect={false}
            flex={1}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('removePair')}
            onClick={() => onChange({ ...policy, apart: policy.apart.filter((_, at) => at !== index) })}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      {first && (
        <Group>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() =>
              onChange({ ...policy, apart: [...policy.apart, [first.id, (classes[1] ?? first).id]] })
            }
          >
            {t('addPair')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
