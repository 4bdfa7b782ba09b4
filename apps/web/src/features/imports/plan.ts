import type { ClassTarget, ImportPlan } from '@maskloop/domain';

/** What stands in the list of targets besides the project's classes. */
const FIXED = ['part', 'new', 'none', 'skip'] as const;

/** A target as the value of a list: one of the fixed ones, or the id of a class. */
export function choiceOf(target: ClassTarget): string {
  if (target.to === 'class') return target.classId;
  return target.to === 'new' && target.parent !== null ? 'part' : target.to;
}

/** @param made what was proposed, whose name, colour and parent a new class gets; `new` alone is a part of none */
export function targetOf(value: string, made: Extract<ClassTarget, { to: 'new' }> | null): ClassTarget {
  const fixed = FIXED.find((each) => each === value);
  if (fixed === undefined) return { to: 'class', classId: value };
  if (fixed === 'none' || fixed === 'skip') return { to: fixed };
  if (made === null) return { to: 'none' };
  return fixed === 'part' ? made : { ...made, parent: null };
}

/** How many masks and boxes of the file a plan takes. */
export function taken(
  plan: Pick<ImportPlan, 'classes' | 'boxes'>,
  found: readonly { readonly name: string | null; readonly masks: number; readonly boxes: number }[],
): { masks: number; boxes: number } {
  const skipped = new Set(plan.classes.filter(({ target }) => target.to === 'skip').map(({ name }) => name));
  const kept = found.filter(({ name }) => !skipped.has(name));
  return {
    masks: kept.reduce((sum, { masks }) => sum + masks, 0),
    boxes: plan.boxes === 'skip' ? 0 : kept.reduce((sum, { boxes }) => sum + boxes, 0),
  };
}
