/** What a person is in one project; an admin is one everywhere. */
export const ROLES = ['admin', 'lead', 'annotator', 'reviewer'] as const;
export type Role = (typeof ROLES)[number];
export type MembershipRole = Exclude<Role, 'admin'>;

/** PM1: role × action, the only place that decides who may do what inside a project. */
const PROJECT_ACTIONS = {
  'project.view': ['admin', 'lead', 'annotator', 'reviewer'],
  'project.update': ['admin', 'lead'],
  'project.advanceStage': ['admin', 'lead'],
  'project.members': ['admin', 'lead'],
  'webhook.manage': ['admin', 'lead'],
  'class.write': ['admin', 'lead'],
  'image.view': ['admin', 'lead', 'annotator', 'reviewer'],
  'image.upload': ['admin', 'lead'],
  'image.delete': ['admin', 'lead'],
  'image.prioritise': ['admin', 'lead'],
  'embedding.request': ['admin', 'lead', 'annotator', 'reviewer'],
  'mask.view': ['admin', 'lead', 'annotator', 'reviewer'],
  'mask.write': ['admin', 'lead', 'annotator', 'reviewer'],
  'assignment.claim': ['admin', 'lead', 'annotator', 'reviewer'],
  'assignment.manage': ['admin', 'lead'],
  'review.decide': ['admin', 'lead', 'reviewer'],
  'planted.view': ['admin', 'lead'],
  'sample.draw': ['admin', 'lead'],
  'sample.judge': ['admin', 'lead', 'reviewer'],
  'run.start': ['admin', 'lead'],
  'job.view': ['admin', 'lead'],
  'job.control': ['admin', 'lead'],
  'dataset.view': ['admin', 'lead'],
  'dataset.write': ['admin', 'lead'],
  'export.create': ['admin', 'lead'],
  'export.download': ['admin', 'lead'],
  'import.view': ['admin', 'lead'],
  'import.write': ['admin', 'lead'],
  'analytics.own': ['admin', 'lead', 'annotator', 'reviewer'],
  'analytics.view': ['admin', 'lead', 'reviewer'],
  'analytics.people': ['admin', 'lead'],
} as const satisfies Record<string, readonly Role[]>;
export type ProjectAction = keyof typeof PROJECT_ACTIONS;
export const PROJECT_ACTION_NAMES = Object.keys(PROJECT_ACTIONS) as ProjectAction[];

/** PM2: actions outside any project. `member` = any signed-in person. */
const GLOBAL_ACTIONS = {
  'project.create': ['admin', 'lead'],
  'user.manage': ['admin'],
  'model.view': ['admin', 'lead', 'annotator', 'reviewer', 'none'],
  'model.manage': ['admin'],
  'system.view': ['admin'],
} as const satisfies Record<string, readonly (Role | 'none')[]>;
export type GlobalAction = keyof typeof GLOBAL_ACTIONS;

/** PM1: `role` is null for somebody who is no member; they may do nothing and learn nothing. */
export function can(role: Role | null, action: ProjectAction): boolean {
  return role !== null && (PROJECT_ACTIONS[action] as readonly Role[]).includes(role);
}

/** PM2: `roles` are all roles a person has in any project, and `admin` if they are one. */
export function canGlobally(roles: readonly Role[], action: GlobalAction): boolean {
  const allowed = GLOBAL_ACTIONS[action] as readonly (Role | 'none')[];
  return allowed.includes('none') || roles.some((role) => allowed.includes(role));
}
