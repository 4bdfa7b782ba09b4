/** How a revision came about. */
export const ORIGINS = ['manual', 'assisted', 'proposed', 'accepted', 'corrected', 'imported'] as const;
export type Origin = (typeof ORIGINS)[number];

/** What was done to make a revision. `revert` takes over another revision's pixels and origin. */
export const EDITS = ['draw', 'prompt', 'accept', 'propose', 'import', 'revert'] as const;
export type Edit = (typeof EDITS)[number];
export type TableEdit = Exclude<Edit, 'revert'>;

/** Row: origin of the parent. Column: the edit. Cell: origin of the new revision; absent = forbidden (PV1). */
const NEXT: Readonly<Record<Origin | 'none', Partial<Record<TableEdit, Origin>>>> = {
  none: { draw: 'manual', prompt: 'assisted', propose: 'proposed', import: 'imported' },
  manual: { draw: 'manual', prompt: 'assisted' },
  assisted: { draw: 'assisted', prompt: 'assisted' },
  proposed: { draw: 'corrected', prompt: 'corrected', accept: 'accepted' },
  accepted: { draw: 'corrected', prompt: 'corrected' },
  corrected: { draw: 'corrected', prompt: 'corrected' },
  imported: { draw: 'corrected', prompt: 'corrected', accept: 'accepted' },
};

/**
 * PV1: the origin of a new revision.
 * @param parent origin of the revision it is based on; null for a new mask
 * @returns null when the edit is forbidden there
 */
export function originAfter(parent: Origin | null, edit: TableEdit): Origin | null {
  return NEXT[parent ?? 'none'][edit] ?? null;
}

/** PV2: a person's work made or changed the pixels. */
export function isHumanCorrected(origin: Origin): boolean {
  return origin === 'manual' || origin === 'assisted' || origin === 'corrected';
}

/** PV3: a person made, changed or accepted the pixels. */
export function isHumanVerified(origin: Origin): boolean {
  return isHumanCorrected(origin) || origin === 'accepted';
}
