import { can, type ProjectAction, type Role } from '@maskloop/domain';

/** A page of a project that the navigation offers. `path` follows `/projects/{id}`. */
export interface ProjectPlace {
  readonly key:
    | 'overview'
    | 'analytics'
    | 'images'
    | 'datasets'
    | 'runs'
    | 'imports'
    | 'jobs'
    | 'members'
    | 'settings'
    | 'review'
    | 'samples';
  readonly path: string;
  readonly needs: ProjectAction;
}

export const PROJECT_PLACES: readonly ProjectPlace[] = [
  { key: 'overview', path: '', needs: 'project.view' },
  { key: 'images', path: '/images', needs: 'image.view' },
  { key: 'review', path: '/review', needs: 'review.decide' },
  { key: 'samples', path: '/samples', needs: 'sample.judge' },
  { key: 'analytics', path: '/analytics', needs: 'analytics.own' },
  { key: 'datasets', path: '/datasets', needs: 'dataset.view' },
  { key: 'runs', path: '/runs', needs: 'job.view' },
  { key: 'imports', path: '/imports', needs: 'import.view' },
  { key: 'jobs', path: '/jobs', needs: 'job.view' },
  { key: 'members', path: '/members', needs: 'project.view' },
  { key: 'settings', path: '/settings', needs: 'project.update' },
];

/** The pages of a project that a role may open. */
export function placesFor(role: Role | null): ProjectPlace[] {
  return PROJECT_PLACES.filter(({ needs }) => can(role, needs));
}

/** Message keys under `shell.place`; `project` stands for the project's own name. */
export type CrumbKey =
  | Exclude<ProjectPlace['key'], 'overview'>
  | 'project'
  | 'projects'
  | 'newProject'
  | 'models'
  | 'account'
  | 'users'
  | 'audit'
  | 'health'
  | 'embeddings';

export interface Crumb {
  readonly key: CrumbKey;
  readonly href: string;
}

const GLOBAL_CRUMBS: Readonly<Record<string, readonly Crumb[]>> = {
  '/projects': [{ key: 'projects', href: '/projects' }],
  '/models': [{ key: 'models', href: '/models' }],
  '/account': [{ key: 'account', href: '/account' }],
  '/admin/users': [{ key: 'users', href: '/admin/users' }],
  '/admin/audit': [{ key: 'audit', href: '/admin/audit' }],
  '/admin/embeddings': [{ key: 'embeddings', href: '/admin/embeddings' }],
  '/admin/health': [{ key: 'health', href: '/admin/health' }],
};

/**
 * The way from home to a page, by its path. Ids that are no project's get no crumb of their own: the page's
 * heading names them.
 */
export function crumbsOf(pathname: string): Crumb[] {
  const [area = '', second, third] = pathname.split('/').filter(Boolean);
  const start = GLOBAL_CRUMBS[area === 'admin' ? `/admin/${second}` : `/${area}`] ?? [];
  if (area !== 'projects' || !second) return [...start];
  if (second === 'new') return [...start, { key: 'newProject', href: '/projects/new' }];
  const base = `/projects/${second}`;
  const crumbs: Crumb[] = [...start, { key: 'project', href: base }];
  for (const { key, path } of PROJECT_PLACES) {
    if (key !== 'overview' && path === `/${third}`) crumbs.push({ key, href: `${base}${path}` });
  }
  return crumbs;
}
