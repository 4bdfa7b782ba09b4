import type { Verdict } from '@maskloop/domain';
import { useEffect, useRef } from 'react';
import { chordsOf } from '@/editor/keys.ts';
import type { Base } from './compare.ts';

interface ReviewActions {
  readonly previous?: () => void;
  readonly next?: () => void;
  mask(by: 1 | -1): void;
  revision(by: 1 | -1): void;
  base(base: Base): void;
  hide(): void;
  pin(): void;
  cancel(): void;
  fit(): void;
  zoom(factor: number): void;
  decide(verdict: Verdict): void;
}

/** What each key does, as the list behind `?` shows it. */
export const REVIEW_KEYS = {
  previous: ['A', 'ArrowLeft'],
  next: ['D', 'ArrowRight'],
  accept: ['Ctrl+Enter'],
  sendBack: ['Ctrl+Shift+Enter'],
  pin: ['C'],
  nextMask: ['S', 'ArrowDown'],
  previousMask: ['W', 'ArrowUp'],
  older: ['['],
  newer: [']'],
  proposal: ['1'],
  before: ['2'],
  none: ['3'],
  second: ['4'],
  hide: ['H'],
  fit: ['0', 'F'],
  zoomIn: ['+', '='],
  zoomOut: ['-'],
  cancel: ['Escape'],
} as const;
type ReviewKey = keyof typeof REVIEW_KEYS;

const ZOOM_STEP = 1.25;

/** The keyboard → actions, while nothing else has the keys. Verdicts work from the note's field too. */
export function useReviewKeys(actions: ReviewActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (target?.closest('[role="dialog"], [role="menu"], [role="listbox"][data-expanded]')) return;
      const chords = chordsOf(event);
      const key = (Object.keys(REVIEW_KEYS) as ReviewKey[]).find((each) =>
        REVIEW_KEYS[each].some((chord) => chords.includes(chord)),
      );
      if (!key) return;
      const verdict = key === 'accept' || key === 'sendBack';
      if (!verdict && key !== 'cancel' && target?.matches('input, textarea, select, [contenteditable]'))
        return;
      // arrows belong to sliders and to what is chosen by them
      if (event.key.startsWith('Arrow') && target?.closest('[role="slider"], [role="radiogroup"]')) return;
      RUN[key](latest.current);
      event.preventDefault();
    };
    window.addEventListener('keydown', onDown);
    return () => window.removeEventListener('keydown', onDown);
  }, []);
}

const RUN: Readonly<Record<ReviewKey, (actions: ReviewActions) => void>> = {
  previous: (actions) => actions.previous?.(),
  next: (actions) => actions.next?.(),
  accept: (actions) => actions.decide('accepted'),
  sendBack: (actions) => actions.decide('sent-back'),
  pin: (actions) => actions.pin(),
  nextMask: (actions) => actions.mask(1),
  previousMask: (actions) => actions.mask(-1),
  older: (actions) => actions.revision(-1),
  newer: (actions) => actions.revision(1),
  proposal: (actions) => actions.base('proposal'),
  before: (actions) => actions.base('before'),
  none: (actions) => actions.base('none'),
  second: (actions) => actions.base('second'),
  hide: (actions) => actions.hide(),
  fit: (actions) => actions.fit(),
  zoomIn: (actions) => actions.zoom(ZOOM_STEP),
  zoomOut: (actions) => actions.zoom(1 / ZOOM_STEP),
  cancel: (actions) => actions.cancel(),
};
