import { answerRest } from '../../../../server/rest/answer.ts';
import { services } from '../../../../server/services.ts';

export const dynamic = 'force-dynamic';

/** The API for programs; its endpoints stand in server/rest/table.ts. */
function handler(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  return answerRest(services(), request, pathname.slice('/api/v1'.length));
}

export { handler as DELETE, handler as GET, handler as PATCH, handler as POST, handler as PUT };
