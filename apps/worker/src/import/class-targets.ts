import { classes, type DbClient, inTransaction } from '@maskloop/db';
import type { ClassId, ClassTarget, ImportPlan, ProjectId } from '@maskloop/domain';
import { publish } from '@maskloop/jobs';

/** Where objects of one of the file's classes go; `skip`: nowhere. */
export type ClassOf = (className: string | null) => ClassId | null | 'skip';

/**
 * Makes the classes that the plan asks for, wholes before their parts; those that are there by name, from an earlier
 * attempt for instance, are taken as they are. A class of the project that was deleted since the plan was made gives no
 * class. IM8, and circles of parents are dropped.
 */
export async function classTargets(db: DbClient, projectId: ProjectId, plan: ImportPlan): Promise<ClassOf> {
  const targets = await inTransaction(db, async (tx) => {
    const live = (await classes.list(tx, projectId)).filter(({ deleted }) => !deleted);
    const byName = new Map(live.map(({ id, name }) => [name.toLowerCase(), id]));
    const ids = new Set(live.map(({ id }) => id));
    const found = new Map<string | null, ClassId | null | 'skip'>();
    let made = 0;
    const asked = new Map(plan.classes.map(({ name, target }) => [name, target]));
    /** @param below classes that wait for this one as their parent */
    const find = async (
      name: string | null,
      below: readonly string[] = [],
    ): Promise<ClassId | null | 'skip'> => {
      const known = found.get(name);
      const target = asked.get(name);
      if (known !== undefined || target === undefined) return known ?? null;
      const id = await idFor(target, name === null ? below : [...below, name]);
      found.set(name, id);
      return id;
    };
    const idFor = async (target: ClassTarget, below: readonly string[]): Promise<ClassId | null | 'skip'> => {
      switch (target.to) {
        case 'skip':
          return 'skip';
        case 'none':
          return null;
        case 'class':
          return ids.has(target.classId) ? target.classId : null;
        case 'new': {
          const { to: _, parent, ...input } = target;
          const key = target.name.toLowerCase();
          const whole = parent === null || below.includes(parent) ? null : await find(parent, below);
          // looked for after the parent was made: names that differ in letter case alone are one class
          const there = byName.get(key);
          if (there !== undefined) return there;
          const parentId = whole === 'skip' ? null : whole;
          const { id } = await classes.create(tx, projectId, { ...input, parentId });
          byName.set(key, id);
          made++;
          return id;
        }
        default:
          return target satisfies never;
      }
    };
    for (const { name } of plan.classes) await find(name);
    if (made > 0) await publish(tx, projectId, { type: 'project.changed' });
    return found;
  });
  return (className) => targets.get(className) ?? null;
}
