import { type DbClient, type ImageTarget, imports } from '@maskloop/db';
import { type ImageFound, imageFinder, type ProjectId } from '@maskloop/domain';
import { safeName } from '../export/file-names.ts';
import type { ImageRef } from '../formats/read/neutral.ts';

/** IM2 for a project: which of its images a file means, or why none can be taken. */
export type FindTarget = (ref: ImageRef) => { readonly image: ImageTarget } | { readonly problem: string };

/** What may get masks from a file: an image that was handed in is what its reviewer saw. */
const OPEN = new Set(['open', 'sent-back']);

export async function findTargets(db: DbClient, projectId: ProjectId): Promise<FindTarget> {
  const all: ImageTarget[] = [];
  for await (const image of imports.targets(db, projectId)) all.push(image);
  const find = imageFinder(all, aliasesOf);
  return (ref) => {
    const found: ImageFound<ImageTarget> = find(ref);
    if ('problem' in found) {
      return {
        problem:
          found.problem === 'unknown'
            ? 'the project has no image of this name'
            : 'several images of the project have this name; add the folder or the SHA-256',
      };
    }
    const { image } = found;
    const { size } = ref;
    if (size && (size.width !== image.width || size.height !== image.height)) {
      return {
        problem: `the file says ${size.width} x ${size.height} pixels, the image has ${image.width} x ${image.height}`,
      };
    }
    if (!OPEN.has(image.status)) return { problem: `the image is ${image.status}: nothing is added to it` };
    return { image };
  };
}

/** Names that pictures have in exports of ours (export/file-names.ts). */
function aliasesOf({ name, sha256 }: ImageTarget): string[] {
  const safe = safeName(name);
  const dot = safe.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, ''];
  return [safe, `${stem}-${sha256.slice(0, 8)}${ending}`, `${stem}-${sha256}${ending}`];
}
