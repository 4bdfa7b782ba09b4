import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { Outputs } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';
import { hidePicture } from '../images/hide-picture.ts';
import { StageBadge } from '../projects/StageBadge.tsx';
import classes from './Review.module.css';

interface QueueTableProps {
  readonly projectId: string;
  readonly items: Outputs['review']['queue']['items'];
  /** the filter as it stands in the address */
  readonly search: string;
}

/** The queue, one image a row. */
export function QueueTable({ projectId, items, search }: QueueTableProps) {
  const t = useTranslations('review');
  const common = useTranslations('common');
  const format = useFormatter();
  return (
    <WideTable label={t('title')} minWidth={860}>
      <Table aria-label={t('title')} layout="fixed" highlightOnHover verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={96} aria-label={t('picture')} />
            <Table.Th>{common('name')}</Table.Th>
            <Table.Th w={190}>{t('submitter')}</Table.Th>
            <Table.Th w={150}>{t('submittedAt')}</Table.Th>
            <Table.Th w={110} ta="right">
              {t('masks')}
            </Table.Th>
            <Table.Th w={200}>{t('stage')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((image) => (
            <Table.Tr key={image.id} data-testid="queue-row">
              <Table.Td>
                <Link
                  href={`/projects/${projectId}/review/${image.id}${search}`}
                  prefetch={false}
                  tabIndex={-1}
                  aria-hidden
                  className={classes.thumb}
                >
                  {/* biome-ignore lint/performance/noImgElement: thumbnails come ready-made from our own store */}
                  <img
                    src={`/api/images/${image.id}/thumbnail`}
                    alt=""
                    loading="lazy"
                    decoding="async"
                    onError={hidePicture}
                  />
                </Link>
              </Table.Td>
              <Table.Td>
                <TruncatedText
                  size="sm"
                  as={
                    <Anchor
                      component={Link}
                      href={`/projects/${projectId}/review/${image.id}${search}`}
                      prefetch={false}
                      size="sm"
                      fw={550}
                      c="inherit"
                    >
                      {image.name}
                    </Anchor>
                  }
                >
                  {image.name}
                </TruncatedText>
                {image.rounds > 0 && (
                  <Badge color="orange" size="sm">
                    {t('round', { n: image.rounds + 1 })}
                  </Badge>
                )}
              </Table.Td>
              <Table.Td>
                <TruncatedText size="sm">{image.submitter?.name ?? '–'}</TruncatedText>
              </Table.Td>
              <Table.Td>
                <Ago date={image.submittedAt} />
              </Table.Td>
              <Table.Td ta="right">
                <Text size="sm" className="ml-tabular">
                  {format.number(image.maskCount)}
                </Text>
                <Text size="xs" c="dimmed" className="ml-tabular">
                  {t('corrected', { count: image.correctedCount })}
                </Text>
              </Table.Td>
              <Table.Td>
                <Group>{image.stage ? <StageBadge stage={image.stage} /> : '–'}</Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
