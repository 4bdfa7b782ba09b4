import { Button, Chip, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';

const REASONS = ['nothing', 'quality', 'unclear', 'duplicate'] as const;

interface SkipDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSkip: (reason: string) => void;
}

/** Why a picture is left out: a usual reason by one key, or a sentence. */
export function SkipDialog({ opened, onClose, onSkip }: SkipDialogProps) {
  const t = useTranslations('editor');
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === '') return;
    onSkip(reason.trim());
    setReason('');
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('skip-title')} data-testid="skip-dialog">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Chip.Group value={reason} onChange={(value) => setReason(String(value))}>
            <Group gap={6}>
              {REASONS.map((each) => (
                <Chip key={each} size="xs" value={t(`skip-${each}`)}>
                  {t(`skip-${each}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <TextInput
            label={t('skip-reason')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            data-autofocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={reason.trim() === ''}>
              {t('action-skip')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
