import { Anchor, Box, Group, Text } from '@mantine/core';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { Section } from '@/ui/Section.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import classes from './Home.module.css';
import { Thumbnail } from './Thumbnail.tsx';

/** Work that reviewers sent back, with why. */
export function SentBack({ items, total }: Outputs['me']['work']['sentBack']) {
  const t = useTranslations('home');
  if (items.length === 0) return null;
  return (
    <Section title={t('sentBack')} description={t('sentBackHint')}>
      <ul className={classes.rows}>
        {items.map(({ imageId, name, project, review }) => (
          <li key={imageId} data-testid="sent-back">
            <Group wrap="nowrap" gap="md" align="flex-start">
              <Thumbnail imageId={imageId} small />
              <Box miw={0} flex={1}>
                <TruncatedText
                  size="sm"
                  as={
                    <Anchor
                      component={Link}
                      href={`/projects/${project.id}/images/${imageId}`}
                      size="sm"
                      fw={550}
                    >
                      {name}
                    </Anchor>
                  }
                >
                  {name}
                </TruncatedText>
                {review && (
                  <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
                    {review.note || t('noNote')}
                  </Text>
                )}
                <Text size="xs" c="dimmed" lineClamp={1}>
                  {project.name}
                  {review && (
                    <>
                      {` · ${review.by} · `}
                      <Ago date={review.at} />
                      {review.openPins > 0 && ` · ${t('pins', { count: review.openPins })}`}
                    </>
                  )}
                </Text>
              </Box>
            </Group>
          </li>
        ))}
      </ul>
      {total > items.length && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('sentBackMore', { count: total - items.length })}
        </Text>
      )}
    </Section>
  );
}
