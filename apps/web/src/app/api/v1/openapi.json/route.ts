import { openApiOf } from '../../../../server/rest/openapi.ts';
import { ENDPOINTS } from '../../../../server/rest/table.ts';

export const dynamic = 'force-dynamic';

/** What the API for programs has; nothing in it is secret. */
export function GET(): Response {
  return Response.json(openApiOf(ENDPOINTS, { version: '1' }));
}
