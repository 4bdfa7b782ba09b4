import { Anchor, Badge, Group, Progress, Stack, Text } from '@mantine/core';
import { can } from '@maskloop/domain';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { ContinueButton } from '../projects/ContinueButton.tsx';
import { StageBadge } from '../projects/StageBadge.tsx';
import classes from './Home.module.css';
import type { MyProject } from './next-up.ts';

/** Projects shown; the page of all of them is one click away. */
const SHOWN = 8;

/** The projects that the person worked in last, with what waits there. */
export function MyProjects({ projects }: { readonly projects: readonly MyProject[] }) {
  const t = useTranslations('home');
  return (
    <Section
      title={t('queue')}
      actions={
        <Anchor component={Link} href="/projects" size="sm">
          {t('allProjects')}
        </Anchor>
      }
    >
      <ul className={classes.rows}>
        {projects.slice(0, SHOWN).map((mine) => (
          <ProjectRow key={mine.project.id} mine={mine} />
        ))}
      </ul>
    </Section>
  );
}

function ProjectRow({ mine }: { readonly mine: MyProject }) {
  const t = useTranslations('home');
  const { id, name, stage, imageCount, doneCount, role } = mine.project;
  return (
    <li>
      <Group wrap="nowrap" justify="space-between" gap="md">
        <Stack gap={5} miw={0} flex={1}>
          <TruncatedText
            as={
              <Anchor component={Link} href={`/projects/${id}`} fw={500} c="inherit">
                {name}
              </Anchor>
            }
          >
            {name}
          </TruncatedText>
          <Group gap="sm">
            <StageBadge stage={stage} />
            <Group gap="xs" wrap="nowrap" flex={1} miw={150}>
              <Progress
                flex={1}
                maw={180}
                size={6}
                value={imageCount > 0 ? (100 * doneCount) / imageCount : 0}
                aria-label={t('progressOf', { name, done: doneCount, total: imageCount })}
              />
              <Text size="xs" c="dimmed" className="ml-tabular" style={{ whiteSpace: 'nowrap' }}>
                {`${doneCount} / ${imageCount}`}
              </Text>
            </Group>
            {mine.assigned > 0 && <Badge color="petrol">{t('assigned', { count: mine.assigned })}</Badge>}
            {mine.toReview > 0 && can(role, 'review.decide') && (
              <Anchor component={Link} href={`/projects/${id}/review`} size="xs">
                {t('toReview', { count: mine.toReview })}
              </Anchor>
            )}
          </Group>
        </Stack>
        {can(role, 'assignment.claim') && mine.open > 0 && (
          <ContinueButton projectId={id} projectName={name} size="compact-sm" variant="default" />
        )}
      </Group>
    </li>
  );
}
