'use client';

import { Portal, Text } from '@mantine/core';
import { IconCloudUpload } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import classes from './DropArea.module.css';
import { filesOfDrop, type PickedFile } from './upload/pick.ts';

interface DropAreaProps {
  readonly onFiles: (files: PickedFile[]) => void;
}

/** Takes files, folders and ZIPs dropped anywhere on the page while it is mounted. */
export function DropArea({ onFiles }: DropAreaProps) {
  const t = useTranslations('images');
  const [over, setOver] = useState(false);
  const take = useRef(onFiles);
  useEffect(() => {
    take.current = onFiles;
  }, [onFiles]);

  useEffect(() => {
    // every element under the pointer sends enter and leave: only the balance says whether one is still over
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    // without it the browser would open the file in place of the app
    const allow = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void filesOfDrop(event.dataTransfer.items).then((files) => take.current(files));
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', allow);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', allow);
      window.removeEventListener('drop', drop);
    };
  }, []);

  return over ? (
    <Portal>
      <div className={classes.veil}>
        <IconCloudUpload size={48} stroke={1.4} />
        <Text fw={600} fz="lg">
          {t('dropHere')}
        </Text>
        <Text c="dimmed" size="sm">
          {t('dropWhat')}
        </Text>
      </div>
    </Portal>
  ) : null;
}
