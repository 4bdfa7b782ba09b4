import { can, type ProjectAction, type Role } from '@maskloop/domain';

/** A page of a project that the navigation offers. `path` follows `/projects/{id}`. */
export interface ProjectPlace {
  readonly key: 'overview' | 'images' | 'datasets' | 'jobs' | 'members' | 'settings';
  readonly path: string;
  readonly needs: ProjectAction;
}

export const PROJECT_PLACES: readonly ProjectPlace[] = [
  { key: 'overview', path: '', needs: 'project.view' },
  { key: 'images', path: '/images', needs: 'image.view' },
  { key: 'datasets', path: '/datasets', needs: 'dataset.view' },
  { key: 'jobs', path: '/jobs', needs: 'job.view' },
  { key: 'members', path: '/members', needs: 'project.view' },
  { key: 'settings', path: '/settings', needs: 'project.update' },
];

/** The pages of a project that a role may open. */
export function placesFor(role: Role | null): ProjectPlace[] {
  return PROJECT_PLACES.filter(({ needs }) => can(role, needs));
}

export interface Crumb {
  /** message key under `shell.place`, or `project` for the project's own name */
  readonly key: string;
  readonly href: string;
}

const GLOBAL_PLACES: Readonly<Record<string, string>> = {
  projects: 'projects',
  models: 'models',
  account: 'account',
  admin: 'admin',
};

/**
 * The way from home to a page, by its path. Ids that are no project's get no crumb of their own: the page's
 * heading names them.
 */
export function crumbsOf(pathname: string): Crumb[] {
  const parts = pathname.split('/').filter(Boolean);
  const [area = '', second, third] = parts;
  const key = GLOBAL_PLACES[area];
  if (!key) return [];
  const crumbs: Crumb[] = area === 'admin' ? [] : [{ key, href: `/${area}` }];
  if (area === 'projects' && second === 'new') crumbs.push({ key: 'newProject', href: '/projects/new' });
  else if (area === 'projects' && second) {
    crumbs.push({ key: 'project', href: `/projects/${second}` });
    const place = PROJECT_PLACES.find(({ path }) => path !== '' && path === `/${third}`);
    if (place) crumbs.push({ key: place.key, href: `/projects/${second}${place.path}` });
  }
  if (area === 'admin' && second) crumbs.push({ key: second, href: `/admin/${second}` });
  return crumbs;
}
