'use client';

import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconFolder, IconPhotoPlus, IconUpload } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type ChangeEvent, useRef } from 'react';
import { ACCEPTED_FILES, filesOfInput, type PickedFile } from './upload/pick.ts';

/** Every browser knows the attribute, the types do not. */
const WHOLE_FOLDER = { webkitdirectory: '' };

/** Chooses files or a folder to upload. */
export function UploadMenu({ onFiles }: { onFiles: (files: PickedFile[]) => void }) {
  const t = useTranslations('images');
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    onFiles(filesOfInput(event.currentTarget.files ?? []));
    // the same file may be chosen again
    event.currentTarget.value = '';
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        accept={ACCEPTED_FILES}
        onChange={take}
        aria-label={t('chooseFiles')}
      />
      <input
        ref={folder}
        type="file"
        hidden
        {...WHOLE_FOLDER}
        onChange={take}
        aria-label={t('chooseFolder')}
      />
      <Menu>
        <Menu.Target>
          <Button leftSection={<IconUpload size={16} />} rightSection={<IconChevronDown size={14} />}>
            {t('upload')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPhotoPlus size={16} />} onClick={() => files.current?.click()}>
            {t('chooseFiles')}
          </Menu.Item>
          <Menu.Item leftSection={<IconFolder size={16} />} onClick={() => folder.current?.click()}>
            {t('chooseFolder')}
          </Menu.Item>
          <Menu.Label maw={240} style={{ whiteSpace: 'normal' }}>
            {t('dropHint')}
          </Menu.Label>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
