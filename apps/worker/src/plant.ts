import { type Db, type NewProposal, planted, type RunRow } from '@maskloop/db';
import { plant } from '@maskloop/domain';
import type { PictureRow } from './embed.ts';

/**
 * PP1: what a run puts among an image's fresh proposals when the project tests its people.
 * @param known everything that the image holds or that the run found there
 */
export async function plantAmong(
  tx: Db,
  fresh: readonly NewProposal[],
  {
    run,
    image,
    known,
  }: {
    readonly run: RunRow;
    readonly image: PictureRow;
    readonly known: readonly { readonly counts: string }[];
  },
): Promise<NewProposal[]> {
  const share = await planted.shareIn(tx, image.id);
  if (share === 0) return [];
  return plant(fresh, {
    key: `${run.id}:${image.id}`,
    image,
    share,
    known: known.map(({ counts }) => counts),
    parameters: run.parameters,
  }).map((proposal) => ({ ...proposal, planted: true }));
}
