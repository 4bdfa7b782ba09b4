'use client';

import { useEffect, useRef, useState } from 'react';
import { readRefusal } from '../images/upload/results.ts';

export interface Sending {
  readonly name: string;
  /** 0..1 */
  readonly sent: number;
}

export interface UploadRefused {
  readonly name: string;
  /** the server's words; null: it could not be reached */
  readonly message: string | null;
}

/**
 * Sends a file of labels. One at a time: what it holds is looked through before the next is of interest.
 * @param onDone with the import's id
 */
export function useImportUpload(projectId: string, onDone: (importId: string) => void) {
  const [sending, setSending] = useState<Sending | null>(null);
  const [refused, setRefused] = useState<UploadRefused | null>(null);
  const request = useRef<XMLHttpRequest | null>(null);
  // leaving the page gives it up: there is nobody to tell
  useEffect(() => () => request.current?.abort(), []);

  function send(file: File): void {
    const { name } = file;
    const xhr = new XMLHttpRequest();
    request.current = xhr;
    setRefused(null);
    setSending({ name, sent: 0 });
    const end = (message: string | null | undefined) => {
      setSending(null);
      if (message !== undefined) setRefused({ name, message });
    };
    xhr.open('PUT', `/api/projects/${projectId}/imports?name=${encodeURIComponent(name)}`);
    xhr.setRequestHeader('Content-Type', 'application/octet-stream');
    xhr.upload.onprogress = ({ loaded, total }) => setSending({ name, sent: total > 0 ? loaded / total : 0 });
    xhr.onload = () => {
      if (xhr.status !== 201) return end(readRefusal(xhr.responseText).message);
      end(undefined);
      onDone((JSON.parse(xhr.responseText) as { id: string }).id);
    };
    xhr.onerror = () => end(null);
    xhr.onabort = () => end(undefined);
    xhr.send(file);
  }

  return { sending, refused, send, stop: () => request.current?.abort() };
}
