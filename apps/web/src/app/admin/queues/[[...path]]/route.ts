import { users } from '@maskloop/db';
import { canGlobally, DomainError } from '@maskloop/domain';
import { demandSession, requireSession } from '@/server/auth.ts';
import { answerFromQueueBoard } from '@/server/queue-board.ts';
import { failure } from '@/server/route.ts';
import { services } from '@/server/services.ts';

export const dynamic = 'force-dynamic';

/** The queues' dashboard, for admins. Only GET is answered: it is for looking. */
export async function GET(request: Request): Promise<Response> {
  // a person is sent to the sign-in page and back; the board's own requests are refused
  if (request.headers.get('accept')?.includes('text/html')) await requireSession('/admin/queues');
  try {
    const { user } = await demandSession();
    // PM2
    if (!canGlobally(await users.rolesOf(services().db, user.id), 'system.view')) {
      throw new DomainError('FORBIDDEN', 'Your role does not allow system.view.', { action: 'system.view' });
    }
    return await answerFromQueueBoard(request);
  } catch (error) {
    return failure(error);
  }
}
