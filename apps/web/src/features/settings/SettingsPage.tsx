'use client';

import { Alert, Anchor, Button, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { can, DOUBLE_LABEL_SHARE_MOST, LIMITS, ProjectPatch, WORK_ORDERS } from '@maskloop/domain';
import { IconArchive } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Page } from '@/ui/Page.tsx';
import { Section } from '@/ui/Section.tsx';
import { useConfirm } from '@/ui/use-confirm.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { ClassesField } from '../classes/ClassesField.tsx';
import { changesBetween, type Draft, draftOf, hasChanges, repeatedNames } from '../classes/draft.ts';
import { useSaveClasses } from '../classes/use-save-classes.ts';
import { GuideField } from '../projects/GuideField.tsx';
import { ThresholdField } from '../projects/ThresholdField.tsx';
import { useProject } from '../projects/use-project.ts';
import { Webhooks } from '../webhooks/Webhooks.tsx';
import { GatesForm } from './GatesForm.tsx';
import { PlantedForm } from './PlantedForm.tsx';
import { SaveRow } from './SaveRow.tsx';

type Project = Outputs['project']['get'];

/** What a lead decides about a project. */
export function SettingsPage({ projectId }: { projectId: string }) {
  const t = useTranslations('settings');
  const project = useProject(projectId);
  return (
    <Page title={t('title')}>
      {project.isError && (
        <ErrorState what={t('loadFailed')} error={project.error} onRetry={() => void project.refetch()} />
      )}
      {project.isPending && <Skeleton height={400} radius="lg" />}
      {project.data && !can(project.data.role, 'project.update') && (
        <Alert color="gray">{t('readOnly')}</Alert>
      )}
      {project.data && can(project.data.role, 'project.update') && (
        <Stack gap="lg">
          <General project={project.data} />
          <Classes project={project.data} />
          <ActiveModel project={project.data} />
          <GatesForm project={project.data} />
          <PlantedForm project={project.data} />
          <Webhooks projectId={projectId} />
          <Danger project={project.data} />
        </Stack>
      )}
    </Page>
  );
}

function General({ project }: { project: Project }) {
  const t = useTranslations('settings');
  const common = useTranslations('common');
  const words = useTranslations('project');
  const wizard = useTranslations('wizard');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const { id: projectId, name, guide, confidentIou, confidentStability } = project;
  const form = useForm({
    initialValues: {
      name,
      guide,
      confidentIou,
      confidentStability,
      workOrder: project.settings.workOrder,
      doubleLabelShare: project.settings.doubleLabelShare,
    },
    validate: zod4Resolver(ProjectPatch),
  });
  const save = useMutation(
    trpc.project.update.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        notify.done(common('saved'));
        await queryClient.invalidateQueries({ queryKey: trpc.project.pathKey() });
      },
      onError: (error) => notify.failed(t('saveFailed'), error),
    }),
  );
  return (
    <Section title={t('general')}>
      <form onSubmit={form.onSubmit((values) => save.mutate({ projectId, ...values }))}>
        <Stack gap="lg">
          <TextInput
            label={common('name')}
            maxLength={LIMITS.nameLength}
            required
            maw={560}
            {...form.getInputProps('name')}
          />
          <div>
            <Text size="sm" fw={500} mb={4}>
              {wizard('guide')}
            </Text>
            <GuideField
              value={form.values.guide}
              onChange={(value) => form.setFieldValue('guide', value)}
              error={typeof form.errors.guide === 'string' ? form.errors.guide : undefined}
            />
          </div>
          <Stack gap="lg" maw={640}>
            <ThresholdField
              label={words('confidentIou')}
              description={words('confidentIouHint')}
              value={form.values.confidentIou}
              onChange={(value) => form.setFieldValue('confidentIou', value)}
            />
            <ThresholdField
              label={words('confidentStability')}
              description={words('confidentStabilityHint')}
              value={form.values.confidentStability}
              onChange={(value) => form.setFieldValue('confidentStability', value)}
            />
          </Stack>
          <Select
            label={t('workOrder')}
            description={t('workOrderHint')}
            maw={420}
            allowDeselect={false}
            data={WORK_ORDERS.map((value) => ({ value, label: t(`workOrders.${value}`) }))}
            {...form.getInputProps('workOrder')}
          />
          <Stack gap={4} maw={640} id="double-labeling">
            <ThresholdField
              label={t('doubleLabelShare')}
              description={t('doubleLabelShareHint')}
              max={DOUBLE_LABEL_SHARE_MOST}
              value={form.values.doubleLabelShare}
              onChange={(value) => form.setFieldValue('doubleLabelShare', value)}
              error={
                typeof form.errors.doubleLabelShare === 'string' ? form.errors.doubleLabelShare : undefined
              }
            />
            <Anchor component={Link} href={`/projects/${projectId}/analytics/agreement`} size="sm">
              {t('toAgreement')}
            </Anchor>
          </Stack>
          <SaveRow dirty={form.isDirty()} busy={save.isPending} onReset={form.reset} />
        </Stack>
      </form>
    </Section>
  );
}

function Classes({ project }: { project: Project }) {
  const t = useTranslations('settings');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const confirm = useConfirm();
  const notify = useNotify();
  const saveClasses = useSaveClasses();
  const before = draftOf(project.classes);
  // null: as on the server
  const [draft, setDraft] = useState<Draft | null>(null);
  const shown = draft ?? before;
  const changes = changesBetween(before, shown);
  const errors = Object.fromEntries(
    shown.flatMap(({ name, colour }, index) => {
      if (!name.trim()) return [[index, t('nameMissing')]];
      return /^#[0-9a-f]{6}$/i.test(colour) ? [] : [[index, t('colourWrong')]];
    }),
  );
  const invalid = Object.keys(errors).length > 0 || repeatedNames(shown).size > 0;
  const save = useMutation({
    mutationFn: () => saveClasses(project.id, changes, shown),
    onSuccess: () => notify.done(common('saved')),
    onError: (error) => notify.failed(t('classesFailed'), error),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.project.get.queryKey({ projectId: project.id }) });
      setDraft(null);
    },
  });
  const removedNames = before.filter(({ key }) => changes.removed.includes(key)).map(({ name }) => name);
  return (
    <Section title={t('classes')} description={t('classesHint')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (invalid) return;
          if (removedNames.length === 0) return save.mutate();
          confirm({
            title: t('removeClassesTitle', { count: removedNames.length }),
            children: t('removeClassesText', { names: removedNames.join(', ') }),
            confirm: t('removeClassesConfirm'),
            danger: true,
            onConfirm: () => save.mutate(),
          });
        }}
      >
        <Stack gap="md">
          {shown.length === 0 && <Text c="dimmed">{t('noClasses')}</Text>}
          <ClassesField draft={shown} onChange={setDraft} errors={draft ? errors : {}} />
          <SaveRow
            dirty={hasChanges(changes)}
            busy={save.isPending}
            disabled={invalid}
            onReset={() => setDraft(null)}
          />
        </Stack>
      </form>
    </Section>
  );
}

function ActiveModel({ project }: { project: Project }) {
  const t = useTranslations('settings');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const confirm = useConfirm();
  const models = useQuery(trpc.model.list.queryOptions());
  const [wanted, setWanted] = useState<string | null>(null);
  const current = project.activeModel?.id ?? null;
  const value = wanted ?? current;
  const activate = useMutation(
    trpc.project.update.mutationOptions({
      onSuccess: () => notify.done(t('modelActivated')),
      onError: (error) => notify.failed(t('modelFailed'), error),
      onSettled: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.project.pathKey() });
        setWanted(null);
      },
    }),
  );
  const model = models.data?.find(({ id }) => id === value);
  const sameEncoder = model && project.activeModel?.encoderSha256 === model.encoderSha256;
  return (
    <Section title={t('model')} description={t('modelHint')}>
      {models.isError && (
        <ErrorState what={t('modelsFailed')} error={models.error} onRetry={() => void models.refetch()} />
      )}
      <Group align="flex-end" gap="sm">
        <Select
          label={t('modelVersion')}
          placeholder={t('noModel')}
          flex={1}
          maw={420}
          data={(models.data ?? [])
            .filter(({ state, id }) => state !== 'retired' || id === current)
            .map(({ id, name }) => ({ value: id, label: name }))}
          value={value}
          onChange={setWanted}
          allowDeselect={false}
          searchable
        />
        <Button
          disabled={!model || value === current}
          loading={activate.isPending}
          onClick={() =>
            model &&
            confirm({
              title: t('activateTitle', { model: model.name }),
              children: sameEncoder ? t('activateSame') : t('activateOther'),
              confirm: t('activate'),
              onConfirm: () => activate.mutate({ projectId: project.id, activeModelVersionId: model.id }),
            })
          }
        >
          {t('activate')}
        </Button>
      </Group>
    </Section>
  );
}

function Danger({ project }: { project: Project }) {
  const t = useTranslations('settings');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const confirm = useConfirm();
  const notify = useNotify();
  const archive = useMutation(
    trpc.project.archive.mutationOptions({
      onSuccess: async () => {
        notify.done(t('archived', { name: project.name }));
        router.push('/projects');
        await queryClient.invalidateQueries({ queryKey: trpc.project.list.queryKey() });
      },
      onError: (error) => notify.failed(t('archiveFailed'), error),
    }),
  );
  return (
    <Section title={t('danger')} style={{ borderColor: 'var(--mantine-color-red-light-hover)' }}>
      <Group justify="space-between">
        <Text size="sm" maw={620}>
          {t('archiveHint')}
        </Text>
        <Button
          color="red"
          variant="light"
          leftSection={<IconArchive size={16} />}
          loading={archive.isPending}
          onClick={() =>
            confirm({
              title: t('archiveTitle', { name: project.name }),
              children: t('archiveText'),
              confirm: t('archive'),
              danger: true,
              onConfirm: () => archive.mutate({ projectId: project.id }),
            })
          }
        >
          {t('archive')}
        </Button>
      </Group>
    </Section>
  );
}
