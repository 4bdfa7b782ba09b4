import { useEffect, useRef } from 'react';
import { act, type EditorWindow } from './actions.ts';
import { holdSpace, modifiersOf } from './canvas/pointer.ts';
import { actionFor, type KeyMap } from './keys.ts';
import type { EditorSession } from './session.ts';

/** The keyboard → actions, while the editor is open and nothing else has the keys. */
export function useKeys(session: EditorSession, keys: KeyMap, around: EditorWindow): void {
  const latest = useRef({ session, keys, around });
  useEffect(() => {
    latest.current = { session, keys, around };
  });
  useEffect(() => {
    const onDown = (event: KeyboardEvent) => {
      const now = latest.current;
      if (event.defaultPrevented || isTyping(event.target) || isInDialog(event.target)) return;
      if (event.code === 'Space' && !isOnControl(event.target)) {
        holdSpace(true);
        event.preventDefault();
        return;
      }
      // a focused button keeps Enter, and Tab is its way on
      if (isOnControl(event.target) && ['Enter', 'Tab', ' ', 'ArrowLeft', 'ArrowRight'].includes(event.key)) {
        if (!event.ctrlKey && !event.metaKey) return;
      }
      const action = actionFor(event, now.keys);
      if (action && act(action, now.session, now.around)) event.preventDefault();
    };
    const onUp = (event: KeyboardEvent) => {
      if (event.code === 'Space') holdSpace(false);
      if (event.key === 'Control' || event.key === 'Meta') {
        latest.current.session.dispatch({ type: 'mods', mods: modifiersOf(event) });
      }
    };
    const onBlur = () => {
      holdSpace(false);
      latest.current.session.dispatch({ type: 'mods', mods: { shift: false, ctrl: false, alt: false } });
    };
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    window.addEventListener('blur', onBlur);
    return () => {
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', onBlur);
    };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT') return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)
  );
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"]') !== null;
}

function isOnControl(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('button, a, input, [role="option"], [role="slider"]') !== null
  );
}
