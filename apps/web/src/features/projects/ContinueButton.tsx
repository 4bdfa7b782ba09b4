'use client';

import { Button, type ButtonProps } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useContinue } from './use-continue.ts';

interface ContinueButtonProps extends ButtonProps {
  readonly projectId: string;
  /** to tell several buttons on one page apart */
  readonly projectName?: string;
  /** other words than "continue labeling" */
  readonly children?: ReactNode;
}

/** "Continue labeling". */
export function ContinueButton({ projectId, projectName, children, ...button }: ContinueButtonProps) {
  const t = useTranslations('continue');
  const next = useContinue();
  return (
    <Button
      leftSection={<IconPlayerPlayFilled size={14} />}
      // stays busy until the editor is there
      loading={next.isPending || (next.isSuccess && next.data.imageId !== null)}
      onClick={() => next.mutate({ projectId })}
      aria-label={projectName && t('labelOf', { name: projectName })}
      {...button}
    >
      {children ?? t('label')}
    </Button>
  );
}
