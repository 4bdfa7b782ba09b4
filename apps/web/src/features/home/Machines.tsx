import { Anchor, Box, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type Outputs, useTRPC } from '@/client/trpc.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { useJobLabel } from '../jobs/use-job-label.ts';
import { RunProgress } from '../runs/RunProgress.tsx';
import { progressOf, useProgressText } from '../runs/run-words.ts';
import classes from './Home.module.css';

const EVERY_MS = 15_000;

type Work = Outputs['me']['machines'];

/** What workers do in the projects that the person leads, and what failed there. */
export function Machines() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const work = useQuery(trpc.me.machines.queryOptions(undefined, { refetchInterval: EVERY_MS }));
  const { data } = work;
  return (
    <Section title={t('machines')} description={t('machinesHint')}>
      {work.isError && (
        <ErrorState what={t('machinesFailed')} error={work.error} onRetry={() => void work.refetch()} />
      )}
      {work.isPending && <Skeleton height={90} />}
      {data && data.runs.length + data.jobs.length === 0 && (
        <Text c="dimmed" size="sm">
          {t('idle')}
        </Text>
      )}
      {data && (
        <ul className={classes.rows}>
          {data.runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
          {data.jobs.map((jobs) => (
            <JobsRow key={`${jobs.project.id}${jobs.name}`} jobs={jobs} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function RunRow({ run }: { readonly run: Work['runs'][number] }) {
  const t = useTranslations('runs');
  const progressText = useProgressText();
  const { total } = progressOf(run);
  const name = run.note || t('named', { model: run.model.name });
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Box miw={0} flex={1}>
          <Row name={name} href={`/projects/${run.projectId}/runs/${run.id}`} project={run.projectName} />
        </Box>
        <Box w={130}>
          <Text size="xs" c="dimmed" className="ml-tabular" ta="right" mb={3}>
            {total === 0 ? t('preparing') : progressText(run)}
          </Text>
          <RunProgress run={run} />
        </Box>
      </Group>
    </li>
  );
}

function JobsRow({ jobs }: { readonly jobs: Work['jobs'][number] }) {
  const t = useTranslations('home');
  const jobLabel = useJobLabel();
  const { project, name, running, pending, failed } = jobs;
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Box miw={0} flex={1}>
          <Row name={jobLabel(name)} href={`/projects/${project.id}/jobs`} project={project.name} />
        </Box>
        <Group gap="sm" wrap="nowrap" style={{ whiteSpace: 'nowrap' }}>
          {running > 0 && <Text size="xs">{t('running', { count: running })}</Text>}
          {pending > 0 && (
            <Text size="xs" c="dimmed">
              {t('waiting', { count: pending })}
            </Text>
          )}
          {failed > 0 && (
            <Text size="xs" c="var(--mantine-color-error)" fw={600}>
              {t('failed', { count: failed })}
            </Text>
          )}
        </Group>
      </Group>
    </li>
  );
}

function Row({
  name,
  href,
  project,
}: {
  readonly name: string;
  readonly href: string;
  readonly project: string;
}) {
  return (
    <>
      <TruncatedText
        size="sm"
        as={
          <Anchor component={Link} href={href} c="inherit" size="sm">
            {name}
          </Anchor>
        }
      >
        {name}
      </TruncatedText>
      <TruncatedText size="xs" c="dimmed">
        {project}
      </TruncatedText>
    </>
  );
}
