'use client';

import { Button, Group, NativeSelect, Radio, Select, Stack, Table, Text } from '@mantine/core';
import { type ImportCheck, ImportPlan, type LabelClass, suggestTargets } from '@maskloop/domain';
import { IconFileImport } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { useProject } from '../projects/use-project.ts';
import { choiceOf, taken, targetOf } from './plan.ts';

interface PlanFormProps {
  readonly projectId: string;
  readonly importId: string;
  readonly check: ImportCheck;
  /** what was decided before, for another attempt */
  readonly plan: ImportPlan | null;
  readonly onStarted: () => void;
}

/** Decides what the masks come in as and where each class of the file goes. */
export function PlanForm(props: PlanFormProps) {
  const project = useProject(props.projectId);
  if (!project.data) return null;
  const { classes, activeModelVersionId } = project.data;
  return <Form {...props} classes={classes} hasModel={activeModelVersionId !== null} />;
}

const ROWS = 50;

function Form({
  importId,
  check,
  plan: earlier,
  onStarted,
  classes,
  hasModel,
}: PlanFormProps & { readonly classes: readonly LabelClass[]; readonly hasModel: boolean }) {
  const t = useTranslations('imports');
  const { number } = useFormatter();
  const trpc = useTRPC();
  const models = useQuery(trpc.model.list.queryOptions());
  const [proposed] = useState(() => suggestTargets(check.classes, classes));
  const [plan, setPlan] = useState<ImportPlan>(
    () =>
      earlier ?? {
        as: 'imported',
        modelVersionId: null,
        classes: proposed,
        boxes: hasModel ? 'prompt' : 'skip',
      },
  );
  const [rows, setRows] = useState(ROWS);
  const start = useMutation(trpc.import.start.mutationOptions({ onSuccess: onStarted }));
  const change = (part: Partial<ImportPlan>) => setPlan({ ...plan, ...part });
  const count = taken(plan, check.classes);
  const complete = ImportPlan.safeParse(plan).success;
  const live = classes.filter(({ deleted }) => !deleted);
  return (
    <Stack gap="lg">
      <Radio.Group
        label={t('as')}
        value={plan.as}
        onChange={(value) => change({ as: value as ImportPlan['as'] })}
      >
        <Stack gap={8} mt={6}>
          {(['imported', 'proposed'] as const).map((as) => (
            <Radio key={as} value={as} label={t(`asName.${as}`)} description={t(`asText.${as}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {plan.as === 'proposed' && (
        <Select
          label={t('model')}
          description={t('modelHint')}
          data={(models.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={plan.modelVersionId}
          onChange={(modelVersionId) => change({ modelVersionId })}
          searchable
          required
          maw={420}
        />
      )}
      {check.boxes > 0 && (
        <Radio.Group
          label={t('boxesAs', { count: check.boxes })}
          value={plan.boxes}
          onChange={(value) => change({ boxes: value as ImportPlan['boxes'] })}
        >
          <Stack gap={8} mt={6}>
            <Radio
              value="prompt"
              label={t('boxesName.prompt')}
              description={t(hasModel ? 'boxesText.prompt' : 'boxesText.noModel')}
              disabled={!hasModel}
            />
            <Radio value="skip" label={t('boxesName.skip')} />
          </Stack>
        </Radio.Group>
      )}
      <div>
        <WideTable label={t('mapping')} minWidth={560}>
          <Table aria-label={t('mapping')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('fileClass')}</Table.Th>
                <Table.Th ta="right">{t('masks')}</Table.Th>
                <Table.Th ta="right">{t('boxes')}</Table.Th>
                <Table.Th w="45%">{t('projectClass')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {plan.classes.slice(0, rows).map(({ name, target }, index) => {
                const found = check.classes[index];
                const suggestion = proposed[index]?.target;
                const made = suggestion?.to === 'new' ? suggestion : target.to === 'new' ? target : null;
                const shown = name ?? t('noName');
                return (
                  <Table.Tr key={name ?? '\0'}>
                    <Table.Td
                      style={{ overflowWrap: 'anywhere', ...(name === null && { fontStyle: 'italic' }) }}
                    >
                      {shown}
                    </Table.Td>
                    <Table.Td ta="right">{number(found?.masks ?? 0)}</Table.Td>
                    <Table.Td ta="right">{number(found?.boxes ?? 0)}</Table.Td>
                    <Table.Td>
                      <NativeSelect
                        size="xs"
                        aria-label={t('targetOf', { name: shown })}
                        value={choiceOf(target)}
                        onChange={(event) => {
                          const next = targetOf(event.currentTarget.value, made);
                          const changed = plan.classes.map((each, at) =>
                            at === index ? { ...each, target: next } : each,
                          );
                          change({ classes: changed });
                        }}
                        data={[
                          ...(made?.parent
                            ? [
                                {
                                  value: 'part',
                                  label: t('target.part', { name: made.name, parent: made.parent }),
                                },
                              ]
                            : []),
                          ...(made ? [{ value: 'new', label: t('target.new', { name: made.name }) }] : []),
                          { value: 'none', label: t('target.none') },
                          { value: 'skip', label: t('target.skip') },
                          {
                            group: t('target.existing'),
                            items: live.map(({ id, name: label }) => ({ value: id, label })),
                          },
                        ]}
                      />
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </WideTable>
        {plan.classes.length > rows && (
          <Button size="compact-sm" variant="default" mt="xs" onClick={() => setRows(rows + ROWS)}>
            {t('moreClasses', { count: plan.classes.length - rows })}
          </Button>
        )}
      </div>
      {start.isError && <ErrorState what={t('startFailed')} error={start.error} />}
      <Group>
        <Button
          leftSection={<IconFileImport size={16} />}
          disabled={!complete || count.masks + count.boxes === 0}
          loading={start.isPending}
          onClick={() => start.mutate({ importId, plan })}
        >
          {t('start', { masks: count.masks, boxes: count.boxes })}
        </Button>
        {count.masks + count.boxes === 0 && (
          <Text size="sm" c="dimmed">
            {t('nothing')}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
