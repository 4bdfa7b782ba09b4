'use client';

import { Badge, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { can } from '@maskloop/domain';
import { IconPhoto } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { hidePicture } from '../images/hide-picture.ts';
import { ContinueButton } from './ContinueButton.tsx';
import classes from './ProjectCard.module.css';
import { StageBadge } from './StageBadge.tsx';

export type ListedProject = Outputs['project']['list'][number];

/** A project at a glance. */
export function ProjectCard({ project }: { project: ListedProject }) {
  const t = useTranslations('projects');
  const format = useFormatter();
  const { id, name, stage, imageCount, doneCount, maskCount, thumbnails, isDemo, role } = project;
  const share = imageCount > 0 ? doneCount / imageCount : 0;
  return (
    <Paper component="article" p={0} className={classes.card}>
      {thumbnails.length > 0 ? (
        <div className={classes.collage} data-count={thumbnails.length} aria-hidden>
          {thumbnails.map((imageId) => (
            // biome-ignore lint/performance/noImgElement: thumbnails come ready-made from our own store
            <img
              key={imageId}
              src={`/api/images/${imageId}/thumbnail`}
              alt=""
              loading="lazy"
              onError={hidePicture}
            />
          ))}
        </div>
      ) : (
        <div className={classes.empty}>
          <IconPhoto size={30} stroke={1.3} aria-hidden />
        </div>
      )}
      <Stack gap="sm" p="md" flex={1} justify="space-between">
        <Stack gap={6}>
          <TruncatedText
            as={
              <Link href={`/projects/${id}`} className={classes.name}>
                {name}
              </Link>
            }
          >
            {name}
          </TruncatedText>
          <Group gap={6}>
            <StageBadge stage={stage} />
            {isDemo && <Badge color="gray">{t('demo')}</Badge>}
          </Group>
        </Stack>
        <div>
          <Group justify="space-between" mb={4} gap="xs">
            <Text size="xs" c="dimmed" className="ml-tabular">
              {t('progress', { done: doneCount, total: imageCount })}
            </Text>
            <Text size="xs" c="dimmed" className="ml-tabular">
              {t('masks', { count: maskCount })}
            </Text>
          </Group>
          <Progress
            value={100 * share}
            size={6}
            aria-label={t('progressLabel', { share: format.number(share, { style: 'percent' }) })}
          />
        </div>
        {can(role, 'assignment.claim') && imageCount > doneCount && (
          <ContinueButton
            projectId={id}
            projectName={name}
            variant="light"
            style={{ position: 'relative', zIndex: 1 }}
          />
        )}
      </Stack>
    </Paper>
  );
}
