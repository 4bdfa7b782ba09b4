import { ActionIcon, Badge, Text, Tooltip } from '@mantine/core';
import type { Comment, Remarks } from '@maskloop/domain';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { Ago } from '@/ui/Ago.tsx';
import { useNotify } from '@/ui/use-notify.tsx';
import { useMe } from '../session/use-me.ts';
import classes from './Review.module.css';

interface RemarkListProps {
  readonly remarks: Remarks;
  readonly active: string | null;
  readonly onChoose: (comment: Comment) => void;
}

/** Verdicts so far with their notes, and all pins. */
export function RemarkList({ remarks, active, onChoose }: RemarkListProps) {
  const t = useTranslations('review');
  const words = useTranslations('image');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const me = useMe();
  const unpin = useMutation(
    trpc.review.unpin.mutationOptions({
      onSettled: () =>
        queryClient.invalidateQueries({ queryKey: trpc.review.load.queryKey({ imageId: remarks.imageId }) }),
      onError: (error) => notify.failed(t('unpinFailed'), error),
    }),
  );
  return (
    <section aria-label={t('remarks')}>
      <Text className={classes.heading}>{t('remarks')}</Text>
      {remarks.comments.length === 0 && remarks.reviews.length === 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('noRemarks')}
        </Text>
      )}
      {remarks.comments.map((comment, at) => (
        <div key={comment.id} className={classes.remark} data-active={comment.id === active}>
          <button
            type="button"
            className={classes.number}
            data-resolved={comment.resolvedAt !== null}
            aria-label={t('pin', { n: at + 1, text: comment.text })}
            onClick={() => onChoose(comment)}
          >
            {at + 1}
          </button>
          <div style={{ minWidth: 0 }}>
            <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {comment.text}
            </Text>
            <Text size="xs" c="dimmed">
              {comment.author.name} · <Ago date={comment.at} />
            </Text>
          </div>
          {comment.resolvedAt !== null ? (
            <Badge size="sm" color="green">
              {t('resolved')}
            </Badge>
          ) : (
            comment.reviewId === null &&
            comment.author.id === me.data?.user.id && (
              <Tooltip label={t('unpin')}>
                <ActionIcon
                  size={24}
                  aria-label={t('unpin')}
                  loading={unpin.isPending && unpin.variables.commentId === comment.id}
                  onClick={() => unpin.mutate({ commentId: comment.id })}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </Tooltip>
            )
          )}
        </div>
      ))}
      {remarks.reviews.map((review) => (
        <div key={review.id} style={{ paddingTop: 6 }}>
          <Text size="xs" c="dimmed">
            {words(`status.${review.verdict}`)} · {review.reviewer.name} · <Ago date={review.at} />
          </Text>
          {review.note && (
            <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {review.note}
            </Text>
          )}
        </div>
      ))}
    </section>
  );
}
