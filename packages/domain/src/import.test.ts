import { expect, test } from 'vitest';
import { ImportPlan, imageFinder, mayImportMove, suggestTargets } from './import.ts';

const image = (id: string, name: string, sha256 = id.repeat(64).slice(0, 64)) => ({ id, name, sha256 });

test('IM2 a picture is found by its hash, then by name and the folders that agree most', () => {
  const find = imageFinder([
    image('a', 'day/1.jpg'),
    image('b', 'night/1.jpg'),
    image('c', '2.JPG'),
    image('d', 'photo.png'),
    image('e', 'photo.jpg'),
  ]);
  const found = (meant: Parameters<typeof find>[0]) => {
    const result = find(meant);
    return 'image' in result ? result.image.id : result.problem;
  };
  expect(found({ names: ['x.jpg'], sha256: 'b'.repeat(64) })).toBe('b');
  expect(found({ names: ['set/night/1.jpg', '1.jpg'] })).toBe('b');
  expect(found({ names: ['C:\\set\\DAY\\1.jpg'] })).toBe('a');
  expect(found({ names: ['1.jpg'] })).toBe('ambiguous');
  expect(found({ names: ['labels/2'] })).toBe('c');
  // without an ending, two pictures of one name cannot be told apart
  expect(found({ names: ['photo'] })).toBe('ambiguous');
  expect(found({ names: ['photo.jpg'] })).toBe('e');
  expect(found({ names: ['3.jpg', '../2.jpg'] })).toBe('c');
  expect(found({ names: ['3.jpg'] })).toBe('unknown');
});

test('IM2 names under which pictures left in an export count as well', () => {
  const find = imageFinder([image('a', 'odd?.png')], ({ name }) => [name.replace('?', '_')]);
  expect(find({ names: ['odd_'] })).toMatchObject({ image: { id: 'a' } });
});

test('classes of the file are proposed by name, whatever their case; new ones get the next colours', () => {
  const known = {
    id: '1',
    index: 1,
    name: 'Traffic light',
    colour: '#ffffff',
    kind: 'thing' as const,
    parentId: null,
    deleted: false,
  };
  const gone = { ...known, id: '2', name: 'dog', deleted: true };
  const found = [
    { name: 'traffic_light' },
    { name: 'dog', parent: null, kind: 'thing' as const },
    { name: 'unclassified' },
    { name: null },
    { name: 'fur', parent: 'dog', kind: 'stuff' as const },
  ];
  expect(suggestTargets(found, [known, gone])).toMatchObject([
    { name: 'traffic_light', target: { to: 'class', classId: '1' } },
    { name: 'dog', target: { to: 'new', name: 'dog', colour: '#3cb44b', parent: null } },
    { name: 'unclassified', target: { to: 'none' } },
    { name: null, target: { to: 'none' } },
    { name: 'fur', target: { to: 'new', name: 'fur', kind: 'stuff', parent: 'dog' } },
  ]);
});

test('IM1 IM5 an import is written after it was looked through, and proposals name their model', () => {
  expect(mayImportMove('checking', 'start')).toBe(false);
  expect(mayImportMove('ready', 'start')).toBe(true);
  expect(mayImportMove('done', 'start')).toBe(false);
  expect(mayImportMove('running', 'remove')).toBe(false);
  expect(ImportPlan.safeParse({ as: 'proposed', classes: [] }).success).toBe(false);
  expect(ImportPlan.parse({ classes: [] })).toMatchObject({ as: 'imported', boxes: 'prompt' });
});
