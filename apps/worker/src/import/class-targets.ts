import { classes, type DbClient, inTransaction } from '@maskloop/db';
import type { ClassId, ImportPlan, ProjectId } from '@maskloop/domain';
import { publish } from '@maskloop/jobs';

/** Where objects of one of the file's classes go; `skip`: nowhere. */
export type ClassOf = (className: string | null) => ClassId | null | 'skip';

/**
 * Makes the classes that the plan asks for; those that are there by name, from an earlier attempt for instance, are
 * taken. A class of the project that was deleted since the plan was made gives no class.
 */
export async function classTargets(db: DbClient, projectId: ProjectId, plan: ImportPlan): Promise<ClassOf> {
  const targets = await inTransaction(db, async (tx) => {
    const live = (await classes.list(tx, projectId)).filter(({ deleted }) => !deleted);
    const byName = new Map(live.map(({ id, name }) => [name.toLowerCase(), id]));
    const ids = new Set(live.map(({ id }) => id));
    const found = new Map<string | null, ClassId | null | 'skip'>();
    let made = 0;
    for (const { name, target } of plan.classes) {
      switch (target.to) {
        case 'skip':
          found.set(name, 'skip');
          break;
        case 'none':
          found.set(name, null);
          break;
        case 'class':
          found.set(name, ids.has(target.classId) ? target.classId : null);
          break;
        case 'new': {
          const key = target.name.toLowerCase();
          let id = byName.get(key);
          if (id === undefined) {
            const { to: _, ...input } = target;
            id = (await classes.create(tx, projectId, { ...input, parentId: null })).id;
            byName.set(key, id);
            made++;
          }
          found.set(name, id);
          break;
        }
        default:
          target satisfies never;
      }
    }
    if (made > 0) await publish(tx, projectId, { type: 'project.changed' });
    return found;
  });
  return (className) => targets.get(className) ?? null;
}
