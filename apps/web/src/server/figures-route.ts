import 'server-only';
import type { Db } from '@maskloop/db';
import { DomainError, FiguresFilter } from '@maskloop/domain';
import { describeInputError } from './input-error.ts';
import { onProjectRoute, uuidOrNotFound } from './route.ts';
import { demandSight } from './usecases/demand-sight.ts';

/**
 * A route that sends figures of a project, filtered by its query: who asks and for whose figures is checked here (AN2).
 * @param send what is answered
 */
export async function figuresRoute(
  request: Request,
  params: Promise<{ projectId: string }>,
  send: (db: Db, sight: ReturnType<typeof demandSight>) => Response | Promise<Response>,
): Promise<Response> {
  const { projectId } = await params;
  return onProjectRoute(
    'analytics.own',
    'project',
    async () => uuidOrNotFound(projectId, 'project'),
    async (context) => {
      const asked = FiguresFilter.safeParse(Object.fromEntries(new URL(request.url).searchParams));
      if (!asked.success) throw new DomainError('INVALID_INPUT', describeInputError(asked.error));
      return send(context.db, demandSight(context, asked.data));
    },
  );
}
