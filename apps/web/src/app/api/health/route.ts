import { ping } from '@maskloop/db';
import { services } from '@/server/services.ts';

export const dynamic = 'force-dynamic';

/** Whether this server can do its work: 200 when PostgreSQL answers, else 503. */
export async function GET(): Promise<Response> {
  try {
    await ping(services().db);
    return Response.json({ ok: true });
  } catch (error) {
    return Response.json({ ok: false, message: String(error) }, { status: 503 });
  }
}
