import type { Api } from './api.ts';
import { EXIT, Failure } from './failure.ts';

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly stage: string;
  readonly role: string;
  readonly imageCount: number;
  readonly doneCount: number;
  readonly maskCount: number;
}

export interface DatasetVersion {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly contentSha256: string | null;
  readonly counts: { readonly masks: number; readonly images: number };
}

/** @param wanted id or name; names are compared without letter case @throws Failure for none and for several */
export async function findProject(api: Api, wanted: string): Promise<Project> {
  const fits: Project[] = [];
  for await (const project of api.each<Project>('/projects')) {
    if (project.id === wanted) return project;
    if (project.name.toLowerCase() === wanted.toLowerCase()) fits.push(project);
  }
  const [project, ...others] = fits;
  if (!project) throw new Failure(`There is no project "${wanted}", or this token's person is no member.`);
  if (others.length > 0) {
    throw new Failure(
      `${fits.length} projects are called "${wanted}"; say which by its id: ${fits.map(({ id }) => id).join(', ')}`,
      EXIT.usage,
    );
  }
  return project;
}

/** @param wanted a number, or `latest` */
export async function findVersion(api: Api, projectId: string, wanted: string): Promise<DatasetVersion> {
  // newest first
  for await (const version of api.each<DatasetVersion>(`/projects/${projectId}/dataset-versions`)) {
    if (wanted === 'latest' || String(version.number) === wanted) return version;
  }
  throw new Failure(
    wanted === 'latest'
      ? 'The project has no dataset version; freeze one.'
      : `There is no dataset version ${wanted}.`,
  );
}

/** @param wanted id or name */
export async function findModel(api: Api, wanted: string): Promise<{ readonly id: string }> {
  for await (const model of api.each<{ id: string; name: string }>('/models')) {
    if (model.id === wanted || model.name === wanted) return model;
  }
  throw new Failure(`There is no model version "${wanted}".`);
}
