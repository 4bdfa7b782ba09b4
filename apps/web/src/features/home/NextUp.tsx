import { Box, Group, Paper, Text, Title } from '@mantine/core';
import { can } from '@maskloop/domain';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Ago } from '@/ui/Ago.tsx';
import { LinkButton } from '@/ui/LinkButton.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { ContinueButton } from '../projects/ContinueButton.tsx';
import classes from './Home.module.css';
import type { NextUp as Next } from './next-up.ts';
import { Thumbnail } from './Thumbnail.tsx';

/** One click back to work. */
export function NextUp({ next }: { readonly next: Next }) {
  const t = useTranslations('home');
  const labels = useTranslations('continue');
  if (next.kind === 'done') {
    return <NothingNext title={t('allDone')}>{t('allDoneText')}</NothingNext>;
  }
  const { project, open } = next.mine;
  if (next.kind === 'no-images') {
    return (
      <NothingNext
        title={t('noImages')}
        action={
          can(project.role, 'image.upload') && (
            <LinkButton href={`/projects/${project.id}/images`}>{t('upload')}</LinkButton>
          )
        }
      >
        {t('noImagesText')}
      </NothingNext>
    );
  }
  const last = next.kind === 'resume' ? next.last : null;
  return (
    <Paper component="section" aria-labelledby="home-next" p="xl" className={classes.next}>
      <Group gap="lg" wrap="nowrap">
        {last && <Thumbnail imageId={last.imageId} />}
        <Box miw={0} flex={1}>
          <Title order={2} id="home-next">
            {last ? t('resume') : t('next')}
          </Title>
          <TruncatedText c="var(--mantine-color-text)" mt={2}>
            {last ? t('resumeIn', { image: last.name, project: project.name }) : project.name}
          </TruncatedText>
          <Text size="sm" c="dimmed">
            {last && (
              <>
                <Ago date={last.at} />
                {' · '}
              </>
            )}
            {t('left', { count: open })}
          </Text>
        </Box>
        {last ? (
          <Group gap="xs" wrap="nowrap">
            <ContinueButton projectId={project.id} size="md" variant="default" leftSection={null}>
              {t('nextImage')}
            </ContinueButton>
            <LinkButton
              href={`/projects/${project.id}/images/${last.imageId}`}
              size="md"
              leftSection={<IconPlayerPlayFilled size={14} />}
            >
              {labels('label')}
            </LinkButton>
          </Group>
        ) : (
          <ContinueButton projectId={project.id} size="md" />
        )}
      </Group>
    </Paper>
  );
}

function NothingNext(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Paper component="section" aria-labelledby="home-next">
      <Group justify="space-between" gap="lg">
        <Box>
          <Title order={2} id="home-next">
            {props.title}
          </Title>
          <Text c="dimmed" size="sm" mt={2}>
            {props.children}
          </Text>
        </Box>
        {props.action}
      </Group>
    </Paper>
  );
}
