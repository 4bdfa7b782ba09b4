import { expect, test } from 'vitest';
import { can, canGlobally, PROJECT_ACTION_NAMES, type ProjectAction, ROLES } from './permissions.ts';

test('PM1 an admin may do everything, a stranger nothing', () => {
  for (const action of PROJECT_ACTION_NAMES) {
    expect(can('admin', action)).toBe(true);
    expect(can(null, action)).toBe(false);
  }
});

test('PM1 a lead may do everything inside a project', () => {
  for (const action of PROJECT_ACTION_NAMES) expect(can('lead', action)).toBe(true);
});

const ANNOTATOR: ProjectAction[] = [
  'project.view',
  'image.view',
  'embedding.request',
  'mask.view',
  'mask.write',
  'assignment.claim',
  'analytics.own',
];
test('PM1 an annotator labels and nothing else; a reviewer also judges and reads the figures', () => {
  expect(PROJECT_ACTION_NAMES.filter((action) => can('annotator', action))).toEqual(ANNOTATOR);
  const reviewer = PROJECT_ACTION_NAMES.filter((action) => can('reviewer', action));
  expect(reviewer.filter((action) => !ANNOTATOR.includes(action))).toEqual([
    'review.decide',
    'sample.judge',
    'analytics.view',
  ]);
  expect(ANNOTATOR.every((action) => reviewer.includes(action))).toBe(true);
});

test('PM2 outside projects the best of all roles counts', () => {
  expect(canGlobally([], 'project.create')).toBe(false);
  expect(canGlobally(['annotator', 'reviewer'], 'project.create')).toBe(false);
  expect(canGlobally(['annotator', 'lead'], 'project.create')).toBe(true);
  expect(canGlobally([], 'model.view')).toBe(true);
  for (const role of ROLES) {
    for (const action of ['user.manage', 'model.manage', 'system.view'] as const) {
      expect(canGlobally([role], action)).toBe(role === 'admin');
    }
  }
});
