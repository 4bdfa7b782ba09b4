'use client';

import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useTRPC } from '@/client/trpc.tsx';
import { useNotify } from '@/ui/use-notify.tsx';

/** One click to the next image of a project: takes it and opens the editor. */
export function useContinue() {
  const t = useTranslations('continue');
  const trpc = useTRPC();
  const router = useRouter();
  const notify = useNotify();
  return useMutation(
    trpc.assignment.next.mutationOptions({
      onSuccess: ({ imageId }, { projectId }) => {
        if (imageId) router.push(`/projects/${projectId}/images/${imageId}`);
        else notifications.show({ title: t('nothing'), message: t('nothingText'), color: 'gray' });
      },
      onError: (error) => notify.failed(t('failed'), error),
    }),
  );
}
