import { ORIGINS } from '@maskloop/domain';
import { expect, test } from 'vitest';
import { rectangleMask } from '../testing/records.ts';
import { colourOf, ORIGIN_COLOURS, surenessColour } from './colours.ts';

const IMAGE = { width: 8, height: 8 };
const CLASS = {
  id: 'leaf',
  index: 1,
  name: 'leaf',
  colour: '#00ff00',
  kind: 'thing',
  parentId: null,
  deleted: false,
} as const;
const CLASSES = new Map([[CLASS.id, CLASS]]);
const mask = (id: string, part = {}) => rectangleMask(IMAGE, [0, 0, 2, 2], { id, classId: 'leaf', ...part });

test('by class, masks of one class share a colour; by instance they do not', () => {
  const [a, b] = [mask('0000aa01'), mask('0000aa02')];
  expect([colourOf(a, CLASSES, 'class'), colourOf(b, CLASSES, 'class')]).toEqual(['#00ff00', '#00ff00']);
  expect(colourOf(a, CLASSES, 'instance')).not.toBe(colourOf(b, CLASSES, 'instance'));
  expect(colourOf({ ...a, classId: null }, CLASSES, 'class')).toBe(colourOf(a, CLASSES, 'instance'));
});

test('each origin has a colour of its own', () => {
  expect(new Set(Object.values(ORIGIN_COLOURS)).size).toBe(ORIGINS.length);
  expect(colourOf(mask('a', { origin: 'corrected' }), CLASSES, 'provenance')).toBe(ORIGIN_COLOURS.corrected);
});

test('confidence goes from end to end, between its steps as well, and stays there beyond', () => {
  expect([surenessColour(-1), surenessColour(0.5)]).toEqual(['#7a0403', '#7a0403']);
  expect([surenessColour(1), surenessColour(1.2)]).toEqual(['#1bcfd4', '#1bcfd4']);
  expect(surenessColour(0.9)).toMatch(/^#[0-9a-f]{6}$/);
  expect(surenessColour(0.9)).not.toBe(surenessColour(0.92));
  expect(colourOf(mask('a'), CLASSES, 'confidence')).toBe('#9aa5a8');
});
