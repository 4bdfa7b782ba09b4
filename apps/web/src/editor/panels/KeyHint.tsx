import { Group, Kbd, Text } from '@mantine/core';
import type { Chord } from '../keys.ts';

/** A label and the keys that do the same. */
export function KeyHint({ label, chords }: { readonly label: string; readonly chords: readonly Chord[] }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="xs" inherit>
        {label}
      </Text>
      {chords.slice(0, 2).map((chord) => (
        <Kbd key={chord} size="xs">
          {chordText(chord)}
        </Kbd>
      ))}
    </Group>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Backspace: '⌫',
  Delete: 'Del',
};

/** A chord as it is written for people. */
export function chordText(chord: Chord): string {
  const parts = chord.split(/\+(?!$)/);
  const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform);
  return parts.map((part) => (part === 'Ctrl' && isMac ? '⌘' : (NAMES[part] ?? part))).join(' ');
}
