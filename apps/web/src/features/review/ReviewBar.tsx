import { ActionIcon, Group, Kbd, Popover, Table, Text, Tooltip } from '@mantine/core';
import {
  IconArrowLeft,
  IconChevronLeft,
  IconChevronRight,
  IconEye,
  IconEyeOff,
  IconHelp,
  IconMapPinPlus,
  IconMaximize,
  IconPencil,
} from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { chordText, KeyHint } from '@/editor/panels/KeyHint.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { StatusLabel } from '../images/image-labels.tsx';
import classes from './Review.module.css';
import { REVIEW_KEYS } from './use-review-keys.ts';
import type { LoadedReview } from './use-review-queue.ts';

interface ReviewBarProps {
  readonly projectId: string;
  readonly review: LoadedReview;
  readonly place: { readonly n: number; readonly total: number } | null;
  readonly backTo: string;
  readonly onMove: { readonly previous?: () => void; readonly next?: () => void };
  readonly hidden: boolean;
  readonly onHide: () => void;
  readonly placing: boolean;
  /** null: there is nothing to remark */
  readonly onPin: (() => void) | null;
  readonly onFit: () => void;
}

/** What is open, whose work it is, and the way on. */
export function ReviewBar(props: ReviewBarProps) {
  const t = useTranslations('review');
  const format = useFormatter();
  const { review, place, onMove } = props;
  const { image, submission, remarks } = review;
  const tool = (
    key: keyof typeof REVIEW_KEYS,
    icon: ReactNode,
    onClick: (() => void) | null | undefined,
    pressed?: boolean,
  ) => (
    <Tooltip label={<KeyHint label={t(`key.${key}`)} chords={REVIEW_KEYS[key]} />}>
      <ActionIcon
        size={30}
        aria-label={t(`key.${key}`)}
        aria-pressed={pressed}
        variant={pressed ? 'light' : 'subtle'}
        color={pressed ? 'petrol' : 'gray'}
        disabled={!onClick}
        onClick={() => onClick?.()}
        data-testid={`review-${key}`}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <header className={classes.top}>
      <Group gap={6} wrap="nowrap" miw={0} flex={1}>
        <Tooltip label={t('toQueue')}>
          <ActionIcon component={Link} href={props.backTo} size={32} aria-label={t('toQueue')}>
            <IconArrowLeft size={18} />
          </ActionIcon>
        </Tooltip>
        {tool('previous', <IconChevronLeft size={18} />, onMove.previous)}
        {place && (
          <Text size="xs" c="dimmed" className="ml-mono" style={{ whiteSpace: 'nowrap' }}>
            {t('place', { n: format.number(place.n), total: format.number(place.total) })}
          </Text>
        )}
        {tool('next', <IconChevronRight size={18} />, onMove.next)}
        <TruncatedText
          size="sm"
          fw={600}
          as={
            <h1 className={classes.name} data-testid="image-name">
              {image.name}
            </h1>
          }
        >
          {image.name}
        </TruncatedText>
        <Text size="xs" component="div">
          <StatusLabel status={image.status} />
        </Text>
        {submission && (
          <Text size="xs" c="dimmed" truncate>
            {t('by', { name: submission.submitter.name })} · <Ago date={submission.at} />
            {remarks.reviews.length > 0 && ` · ${t('round', { n: remarks.reviews.length + 1 })}`}
          </Text>
        )}
      </Group>
      <Group gap={4} wrap="nowrap">
        {tool('pin', <IconMapPinPlus size={18} />, props.onPin, props.placing)}
        {tool(
          'hide',
          props.hidden ? <IconEyeOff size={18} /> : <IconEye size={18} />,
          props.onHide,
          props.hidden,
        )}
        {tool('fit', <IconMaximize size={18} />, props.onFit)}
        <Tooltip label={t('openEditor')}>
          <ActionIcon
            component={Link}
            href={`/projects/${props.projectId}/images/${image.id}`}
            size={30}
            aria-label={t('openEditor')}
          >
            <IconPencil size={18} />
          </ActionIcon>
        </Tooltip>
        <Popover width={320} position="bottom-end" shadow="md">
          <Popover.Target>
            <Tooltip label={t('keys')}>
              <ActionIcon size={30} aria-label={t('keys')}>
                <IconHelp size={18} />
              </ActionIcon>
            </Tooltip>
          </Popover.Target>
          <Popover.Dropdown>
            <Table verticalSpacing={3} fz="xs" aria-label={t('keys')}>
              <Table.Tbody>
                {(Object.keys(REVIEW_KEYS) as (keyof typeof REVIEW_KEYS)[]).map((key) => (
                  <Table.Tr key={key}>
                    <Table.Td>{t(`key.${key}`)}</Table.Td>
                    <Table.Td ta="right">
                      {REVIEW_KEYS[key].map((chord) => (
                        <Kbd key={chord} size="xs" ml={4}>
                          {chordText(chord)}
                        </Kbd>
                      ))}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Popover.Dropdown>
        </Popover>
      </Group>
    </header>
  );
}
