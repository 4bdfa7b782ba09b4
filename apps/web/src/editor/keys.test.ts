import { expect, test } from 'vitest';
import { ACTIONS, actionFor, conflictsOf, keysOf, MASKLOOP_KEYS, PRESETS, type Pressed } from './keys.ts';

const press = (key: string, code: string, mods: Partial<Pressed> = {}): Pressed => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...mods,
});

test.each(PRESETS)('preset %s gives every action a key and no key two actions', (preset) => {
  const keys = keysOf(preset);
  expect(conflictsOf(keys)).toEqual([]);
  expect(ACTIONS.filter((action) => keys[action].length === 0)).toEqual([]);
});

test('a conflict names the key and both actions', () => {
  expect(conflictsOf({ ...MASKLOOP_KEYS, fit: ['A'] })).toEqual([
    { chord: 'A', actions: ['fit', 'previous'] },
  ]);
});

test("an unknown preset means Maskloop's own keys", () => {
  expect(keysOf('unheard-of')).toEqual(MASKLOOP_KEYS);
});

test.each([
  [press('a', 'KeyA'), 'previous'],
  // a Korean input method gives the letter it would write
  [press('ㅁ', 'KeyA'), 'previous'],
  // on a French keyboard the key printed A lies where Q is
  [press('a', 'KeyQ'), 'previous'],
  [press('z', 'KeyZ', { ctrlKey: true }), 'undo'],
  [press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), 'redo'],
  [press('y', 'KeyY', { metaKey: true }), 'redo'],
  [press('y', 'KeyY'), 'judge-accept'],
  [press('?', 'Slash', { shiftKey: true }), 'help'],
  [press('/', 'Slash'), 'class-search'],
  // where "/" needs Shift
  [press('/', 'Digit7', { shiftKey: true }), 'class-search'],
  [press('1', 'Digit1'), 'class-1'],
  [press('1', 'Numpad1'), 'class-1'],
  [press('!', 'Digit1', { shiftKey: true }), 'actual-size'],
  [press('0', 'Digit0'), 'fit'],
  [press('Tab', 'Tab', { shiftKey: true }), 'candidate-previous'],
  [press('Enter', 'Enter', { ctrlKey: true }), 'submit'],
  [press('q', 'KeyQ'), null],
] as const)('%o is %s', (pressed, action) => {
  expect(actionFor(pressed, MASKLOOP_KEYS)).toBe(action);
});
