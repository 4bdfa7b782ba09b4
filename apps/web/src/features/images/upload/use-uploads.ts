'use client';

import { useSyncExternalStore } from 'react';
import type { UploadQueue } from './queue.ts';
import { uploads } from './upload-store.ts';

const NOTHING: UploadQueue = [];

/** The uploads of this tab, as they change. */
export function useUploads(): UploadQueue {
  return useSyncExternalStore(uploads.subscribe, uploads.snapshot, () => NOTHING);
}
