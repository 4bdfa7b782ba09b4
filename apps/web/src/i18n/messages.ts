import editorEn from '@/editor/messages/en.json' with { type: 'json' };
import editorKo from '@/editor/messages/ko.json' with { type: 'json' };
import en from '@/messages/en.json' with { type: 'json' };
import ko from '@/messages/ko.json' with { type: 'json' };
import type { Locale } from './locale.ts';

/** The English catalogue is the shape of all. */
export type Messages = typeof en & { editor: typeof editorEn };

/** The editor keeps its own catalogue beside its code; it is mounted as namespace `editor`. */
export const MESSAGES = {
  en: { ...en, editor: editorEn },
  ko: { ...ko, editor: editorKo },
} satisfies Record<Locale, Messages>;
