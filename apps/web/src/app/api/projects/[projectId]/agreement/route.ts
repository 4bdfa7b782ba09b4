import { onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { sendAgreement } from '@/server/usecases/send-agreement.ts';

export const dynamic = 'force-dynamic';

/** How far two people agree on each image that was labeled twice (DL5), as CSV. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  const { projectId } = await params;
  return onProjectRoute(
    'analytics.people',
    'project',
    async () => uuidOrNotFound(projectId, 'project'),
    async (context) => sendAgreement(context.db, context.projectId),
  );
}
