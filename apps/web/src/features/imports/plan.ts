import type { ClassTarget, ImportPlan } from '@maskloop/domain';

/** What stands in the list of targets besides the project's classes. */
const FIXED = ['new', 'none', 'skip'] as const;

/** A target as the value of a list: one of the fixed ones, or the id of a class. */
export function choiceOf(target: ClassTarget): string {
  return target.to === 'class' ? target.classId : target.to;
}

/** @param proposed what was proposed, whose name and colour a new class gets */
export function targetOf(value: string, made: Extract<ClassTarget, { to: 'new' }> | null): ClassTarget {
  const fixed = FIXED.find((each) => each === value);
  if (fixed === undefined) return { to: 'class', classId: value };
  if (fixed !== 'new') return { to: fixed };
  return made ?? { to: 'none' };
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
