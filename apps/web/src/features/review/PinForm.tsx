import { Button, Group, Textarea } from '@mantine/core';
import { LIMITS } from '@maskloop/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { useNotify } from '@/ui/use-notify.tsx';

interface PinFormProps {
  readonly imageId: string;
  readonly at: { readonly x: number; readonly y: number; readonly maskId: string | null };
  readonly onDone: () => void;
}

/** What the pin that was just set says. */
export function PinForm({ imageId, at, onDone }: PinFormProps) {
  const t = useTranslations('review');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const notify = useNotify();
  const [text, setText] = useState('');
  const pin = useMutation(
    trpc.review.pin.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.review.load.queryKey({ imageId }) });
        onDone();
      },
      onError: (error) => notify.failed(t('pinFailed'), error),
    }),
  );
  const send = () => text.trim() && !pin.isPending && pin.mutate({ imageId, ...at, text });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        label={t('newPin')}
        placeholder={t('pinHint')}
        autosize
        minRows={2}
        maxRows={5}
        maxLength={LIMITS.commentLength}
        value={text}
        data-autofocus
        // the hand comes from the picture and goes on to write
        autoFocus
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone();
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.stopPropagation();
          send();
        }}
      />
      <Group gap="xs" mt={6} mb="sm" justify="flex-end">
        <Button size="compact-sm" variant="default" onClick={onDone}>
          {common('cancel')}
        </Button>
        <Button size="compact-sm" type="submit" loading={pin.isPending} disabled={!text.trim()}>
          {t('setPin')}
        </Button>
      </Group>
    </form>
  );
}
