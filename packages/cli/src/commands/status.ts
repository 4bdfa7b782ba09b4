import type { Api } from '../api.ts';
import { type DatasetVersion, findProject, type Project } from '../find.ts';
import { columns, type Output } from '../output.ts';

interface Overview {
  readonly images: { readonly total: number; readonly byStatus: Readonly<Record<string, number>> };
  readonly masks: { readonly total: number; readonly byOrigin: Readonly<Record<string, number>> };
  readonly embeddings: Readonly<Record<string, number>>;
}

/** The projects, or one of them. */
export async function status(api: Api, output: Output, wanted: string | undefined): Promise<void> {
  if (wanted === undefined) {
    const projects: Project[] = [];
    for await (const project of api.each<Project>('/projects')) projects.push(project);
    output.result(
      projects,
      columns([
        ['PROJECT', 'STAGE', 'IMAGES', 'DONE', 'MASKS', 'ID'],
        ...projects.map(({ id, name, stage, imageCount, doneCount, maskCount }) => [
          name,
          stage,
          String(imageCount),
          String(doneCount),
          String(maskCount),
          id,
        ]),
      ]),
    );
    return;
  }
  const project = await findProject(api, wanted);
  const overview = await api.get<Overview>(`/projects/${project.id}/overview`);
  const versions: DatasetVersion[] = [];
  for await (const version of api.each<DatasetVersion>(`/projects/${project.id}/dataset-versions`)) {
    versions.push(version);
  }
  output.result({ project, ...overview, datasetVersions: versions }, [
    `${project.name} (${project.stage})`,
    `images      ${overview.images.total}: ${counts(overview.images.byStatus)}`,
    `masks       ${overview.masks.total}: ${counts(overview.masks.byOrigin)}`,
    `embeddings  ${counts(overview.embeddings)}`,
    ...versions.map(
      ({ number, name, counts: { masks, images } }) =>
        `version ${number}   ${name}: ${masks} masks in ${images} images`,
    ),
  ]);
}

function counts(by: Readonly<Record<string, number>>): string {
  const some = Object.entries(by).filter(([, count]) => count > 0);
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${count} ${name}`).join(', ');
}
