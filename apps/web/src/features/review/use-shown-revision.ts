import type { MaskId, MaskRevisionSummary, RevisionPixels } from '@maskloop/domain';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';

/** The history of the selected mask and the state of it that is looked at. */
export interface ShownRevision {
  readonly maskId: MaskId;
  /** oldest first, branches left out */
  readonly revisions: readonly MaskRevisionSummary[];
  readonly index: number;
  /** null: the newest, which is what the mask is */
  readonly pixels: RevisionPixels | null;
  step(by: 1 | -1): void;
  show(index: number): void;
}

/** @returns null while no mask is selected or its history is on its way */
export function useShownRevision(maskId: MaskId | null): ShownRevision | null {
  const trpc = useTRPC();
  const [wanted, setWanted] = useState<{ maskId: MaskId; index: number } | null>(null);
  const history = useQuery(
    trpc.mask.history.queryOptions({ maskId: maskId ?? '' }, { enabled: maskId !== null }),
  );
  const revisions = (history.data ?? []).filter(({ branch }) => !branch).toReversed();
  const last = revisions.length - 1;
  const index = wanted?.maskId === maskId ? Math.min(wanted?.index ?? last, last) : last;
  const revisionId = revisions[index]?.id ?? null;
  const older = revisionId !== null && index < last;
  const found = useQuery(
    trpc.mask.revision.queryOptions(
      { revisionId: revisionId ?? '' },
      // a revision never changes (SV4)
      { enabled: older, staleTime: Number.POSITIVE_INFINITY, placeholderData: keepPreviousData },
    ),
  );
  const revision = older && found.data?.maskId === maskId ? found.data : null;
  const pixels = useMemo(() => revision && { id: revision.summary.id, counts: revision.counts }, [revision]);
  const show = (to: number) => {
    if (maskId !== null && to >= 0 && to <= last) setWanted({ maskId, index: to });
  };
  if (maskId === null || last < 0) return null;
  return {
    maskId,
    revisions,
    index,
    pixels,
    step: (by) => show(index + by),
    show,
  };
}
