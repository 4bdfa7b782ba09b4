import type { Outputs } from '@/client/trpc.tsx';
import type { ListedProject } from '../projects/ProjectCard.tsx';

export type Place = Outputs['me']['work']['places'][number];
type LastImage = NonNullable<Place['last']>;

/** A project with what waits there for the person. */
export interface MyProject {
  readonly project: ListedProject;
  /** images that are not submitted, and second labelings that the person may take */
  readonly open: number;
  readonly assigned: number;
  readonly toReview: number;
  readonly last: LastImage | null;
}

/** Where the person worked last comes first, then where there is work; the list comes newest first. */
export function myProjects(list: readonly ListedProject[], places: readonly Place[]): MyProject[] {
  const placeOf = new Map(places.map((place) => [place.projectId, place]));
  return list
    .map((project) => {
      const place = placeOf.get(project.id);
      return {
        project,
        open: project.imageCount - project.doneCount + (place?.secondLabelings ?? 0),
        assigned: place?.assigned ?? 0,
        toReview: place?.toReview ?? 0,
        last: place?.last ?? null,
      };
    })
    .toSorted(
      (a, b) =>
        (b.last?.at.getTime() ?? 0) - (a.last?.at.getTime() ?? 0) || Number(b.open > 0) - Number(a.open > 0),
    );
}

export type NextUp =
  | { readonly kind: 'resume'; readonly mine: MyProject; readonly last: LastImage }
  | { readonly kind: 'next'; readonly mine: MyProject }
  /** there is nothing to label, because there are no images */
  | { readonly kind: 'no-images'; readonly mine: MyProject }
  | { readonly kind: 'done' };

/** What "continue labeling" means: the image left unfinished last, else the next one of a project that has any. */
export function nextUp(projects: readonly MyProject[]): NextUp {
  for (const mine of projects) {
    const { last } = mine;
    if (last && (last.status === 'open' || last.status === 'sent-back'))
      return { kind: 'resume', mine, last };
  }
  const next = projects.find(({ assigned }) => assigned > 0) ?? projects.find(({ open }) => open > 0);
  if (next) return { kind: 'next', mine: next };
  const [first] = projects;
  return first && projects.every(({ project }) => project.imageCount === 0)
    ? { kind: 'no-images', mine: first }
    : { kind: 'done' };
}
