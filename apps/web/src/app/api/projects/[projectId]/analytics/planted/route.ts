import { DomainError, FiguresFilter } from '@maskloop/domain';
import { describeInputError } from '@/server/input-error.ts';
import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { demandSight } from '@/server/usecases/demand-sight.ts';
import { sendPlanted } from '@/server/usecases/send-planted.ts';

export const dynamic = 'force-dynamic';

/** Who caught how many planted proposals (PP6), as CSV. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  const { projectId } = await params;
  return onProjectRoute(
    'analytics.own',
    'project',
    async () => uuidOrNotFound(projectId, 'project'),
    async (context) => {
      const asked = FiguresFilter.safeParse(Object.fromEntries(new URL(request.url).searchParams));
      if (!asked.success) throw new DomainError('INVALID_INPUT', describeInputError(asked.error));
      return sendPlanted(context.db, demandSight(context, asked.data));
    },
  );
}
