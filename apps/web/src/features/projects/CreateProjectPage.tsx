'use client';

import { Alert, Button, Group, Paper, Select, Stack, Stepper, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Fraction, LabelClassInput, LIMITS, ProjectInput, suggestedThresholds } from '@maskloop/domain';
import { IconArrowLeft, IconArrowRight, IconCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import { useRouter } from 'next/navigation';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { z } from 'zod';
import { useTRPC, useTRPCClient } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Facts } from '@/ui/Facts.tsx';
import { Page } from '@/ui/Page.tsx';
import { ClassesField } from '../classes/ClassesField.tsx';
import { changesBetween, type Draft, draftOf, repeatedNames } from '../classes/draft.ts';
import { useSaveClasses } from '../classes/use-save-classes.ts';
import { GuideField } from './GuideField.tsx';
import { ThresholdField } from './ThresholdField.tsx';

/** An alias, not an interface: the resolver asks for an index signature. */
type Values = {
  name: string;
  guide: string;
  classes: Draft;
  /** null: the newest active model version */
  modelVersionId: string | null;
  /** null: what suits the model */
  confidentIou: number | null;
  confidentStability: number | null;
};
type Thresholds = ReturnType<typeof suggestedThresholds>;

const STEPS = ['basics', 'classes', 'model', 'check'] as const;
/** Which fields each step answers for. */
const STEP_FIELDS: Record<(typeof STEPS)[number], readonly string[]> = {
  basics: ['name', 'guide'],
  classes: ['classes'],
  model: ['modelVersionId', 'confidentIou', 'confidentStability'],
  check: [],
};

/** Four steps to a new project; only the name is demanded. */
export function CreateProjectPage() {
  const t = useTranslations('wizard');
  const [step, setStep] = useState(0);
  const form = useForm<Values>({
    initialValues: {
      name: '',
      guide: '',
      classes: [],
      modelVersionId: null,
      confidentIou: null,
      confidentStability: null,
    },
    validate: zod4Resolver(
      ProjectInput.extend({
        confidentIou: Fraction.nullable(),
        confidentStability: Fraction.nullable(),
        classes: z
          .array(LabelClassInput.omit({ parentId: true }))
          .max(LIMITS.classesPerProject)
          .refine(
            (classes) =>
              repeatedNames(classes.map((each, at) => ({ ...each, key: `${at}`, parentKey: null }))).size ===
              0,
            {
              message: t('repeatedNames'),
            },
          ),
      }),
    ),
  });
  const create = useCreate();
  const thresholds = useThresholds(form.values);

  /** Shows a step, or the first one before it that is not in order. */
  function goTo(target: number): void {
    const { errors } = form.validate();
    for (const [index, name] of STEPS.slice(0, target).entries()) {
      if (Object.keys(errors).some((path) => STEP_FIELDS[name].includes(path.split('.')[0] ?? ''))) {
        setStep(index);
        return;
      }
    }
    form.clearErrors();
    setStep(target);
  }

  const last = step === STEPS.length - 1;
  return (
    <Page title={t('title')} description={t('description')} width="normal">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (last) create.mutate({ ...form.getValues(), ...thresholds });
          else goTo(step + 1);
        }}
      >
        <Stepper active={step} onStepClick={goTo} size="sm" mb="lg">
          {STEPS.map((name) => (
            <Stepper.Step key={name} label={t(`step.${name}`)} />
          ))}
        </Stepper>
        <Paper p="xl">
          {step === 0 && (
            <Stack gap="lg">
              <TextInput
                label={t('name')}
                description={t('nameHint')}
                maxLength={LIMITS.nameLength}
                required
                autoFocus
                maw={560}
                {...form.getInputProps('name')}
              />
              <div>
                <Text size="sm" fw={500} mb={4}>
                  {t('guide')}
                </Text>
                <GuideField
                  value={form.values.guide}
                  onChange={(guide) => form.setFieldValue('guide', guide)}
                  error={text(form.errors.guide)}
                />
              </div>
            </Stack>
          )}
          {step === 1 && (
            <Stack gap="md">
              <Text size="sm" c="dimmed" maw={720}>
                {t('classesHint')}
              </Text>
              {text(form.errors.classes) && <Alert color="red">{text(form.errors.classes)}</Alert>}
              <ClassesField
                draft={form.values.classes}
                onChange={(classes) => form.setFieldValue('classes', classes)}
                errors={classErrors(form.errors)}
              />
            </Stack>
          )}
          {step === 2 && (
            <ModelStep
              values={form.values}
              onChange={(change) => form.setValues(change)}
              errors={form.errors}
            />
          )}
          {last && <Check values={form.values} />}
          {create.isError && <ErrorState what={t('failed')} error={create.error} />}
          <Group justify="space-between" mt="xl">
            <Button
              variant="default"
              leftSection={<IconArrowLeft size={16} />}
              disabled={step === 0 || create.isPending}
              onClick={() => setStep(step - 1)}
            >
              {t('back')}
            </Button>
            {last ? (
              <Button
                type="submit"
                leftSection={<IconCheck size={16} />}
                loading={create.isPending || create.isSuccess}
              >
                {t('create')}
              </Button>
            ) : (
              <Button type="submit" rightSection={<IconArrowRight size={16} />}>
                {t('next')}
              </Button>
            )}
          </Group>
        </Paper>
      </form>
    </Page>
  );
}

function useCreate() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const saveClasses = useSaveClasses();
  return useMutation({
    mutationFn: async ({ classes, ...values }: Values & Thresholds) => {
      const { id } = await client.project.create.mutate({
        ...values,
        classes: classes.map(({ name, colour, kind }) => ({ name, colour, kind })),
      });
      // parents are named by id, and the classes have one only now
      const made = draftOf((await client.project.get.query({ projectId: id })).classes);
      const wanted = withIds(classes, made);
      await saveClasses(id, changesBetween(made, wanted), wanted);
      return id;
    },
    onSuccess: (id) => {
      void queryClient.invalidateQueries({ queryKey: trpc.project.pathKey() });
      router.push(`/projects/${id}/images`);
    },
  });
}

/** The list as typed, with the keys of the classes that were made of it in the same order. */
function withIds(typed: Draft, made: Draft): Draft {
  const ids = new Map(typed.map(({ key }, at) => [key, made[at]?.key ?? key]));
  return typed.map((each) => ({
    ...each,
    key: ids.get(each.key) ?? each.key,
    parentKey: each.parentKey === null ? null : (ids.get(each.parentKey) ?? null),
  }));
}

/** As they were set, else what suits the model: the chosen one, or the newest active one that the server takes. */
function useThresholds({ modelVersionId, confidentIou, confidentStability }: Values): Thresholds {
  const trpc = useTRPC();
  const models = useQuery(trpc.model.list.queryOptions());
  const model = models.data?.find(({ id, state }) =>
    modelVersionId === null ? state === 'active' : id === modelVersionId,
  );
  const suggested = suggestedThresholds(model?.family ?? '');
  return {
    confidentIou: confidentIou ?? suggested.confidentIou,
    confidentStability: confidentStability ?? suggested.confidentStability,
  };
}

interface ModelStepProps {
  readonly values: Values;
  readonly onChange: (change: Partial<Values>) => void;
  readonly errors: Readonly<Record<string, unknown>>;
}

function ModelStep({ values, onChange, errors }: ModelStepProps) {
  const t = useTranslations('wizard');
  const trpc = useTRPC();
  const models = useQuery(trpc.model.list.queryOptions());
  const words = useTranslations('project');
  const thresholds = useThresholds(values);
  return (
    <Stack gap="xl" maw={640}>
      {models.isError && (
        <ErrorState what={t('modelsFailed')} error={models.error} onRetry={() => void models.refetch()} />
      )}
      <Select
        label={t('model')}
        description={t('modelHint')}
        placeholder={t('modelDefault')}
        data={(models.data ?? [])
          .filter(({ state }) => state !== 'retired')
          .map(({ id, name, family }) => ({ value: id, label: `${name} (${family})` }))}
        value={values.modelVersionId}
        onChange={(modelVersionId) => onChange({ modelVersionId })}
        nothingFoundMessage={t('noModel')}
        clearable
        searchable
      />
      <ThresholdField
        label={words('confidentIou')}
        description={words('confidentIouHint')}
        value={thresholds.confidentIou}
        onChange={(confidentIou) => onChange({ confidentIou })}
        error={text(errors.confidentIou)}
      />
      <ThresholdField
        label={words('confidentStability')}
        description={words('confidentStabilityHint')}
        value={thresholds.confidentStability}
        onChange={(confidentStability) => onChange({ confidentStability })}
        error={text(errors.confidentStability)}
      />
    </Stack>
  );
}

function Check({ values }: { values: Values }) {
  const t = useTranslations('wizard');
  const words = useTranslations('project');
  const format = useFormatter();
  const thresholds = useThresholds(values);
  const trpc = useTRPC();
  const models = useQuery(trpc.model.list.queryOptions());
  const model = models.data?.find(({ id }) => id === values.modelVersionId)?.name ?? t('modelDefault');
  const rows: [string, string][] = [
    [t('name'), values.name],
    [t('guide'), values.guide.trim() ? t('guideGiven') : t('guideMissing')],
    [t('step.classes'), values.classes.map(({ name }) => name).join(', ') || t('noClasses')],
    [t('model'), model],
    [words('confidentIou'), format.number(thresholds.confidentIou, { maximumFractionDigits: 3 })],
    [words('confidentStability'), format.number(thresholds.confidentStability, { maximumFractionDigits: 3 })],
  ];
  return (
    <Stack gap="md">
      <Facts rows={rows} />
      <Text size="sm" c="dimmed">
        {t('afterwards')}
      </Text>
    </Stack>
  );
}

function classErrors(errors: Readonly<Record<string, unknown>>): Record<number, string> {
  const found: Record<number, string> = {};
  for (const [path, message] of Object.entries(errors)) {
    const index = /^classes\.(\d+)\./.exec(path)?.[1];
    if (index !== undefined && typeof message === 'string') found[Number(index)] = message;
  }
  return found;
}

function text(error: unknown): string | undefined {
  return typeof error === 'string' ? error : undefined;
}
