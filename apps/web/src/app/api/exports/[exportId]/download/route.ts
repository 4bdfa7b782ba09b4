import { exports as exportRows } from '@maskloop/db';
import { DomainError } from '@maskloop/domain';
import { isSigned } from '@/server/export-link.ts';
import { failure, onProjectRoute, uuidOrNotFound } from '@/server/route.ts';
import { services } from '@/server/services.ts';
import { sendExport } from '@/server/usecases/send-export.ts';

export const dynamic = 'force-dynamic';

/** A finished export's archive: for those who may download it, or by a signed link (EX13). */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ exportId: string }> },
): Promise<Response> {
  const { exportId } = await params;
  const query = new URL(request.url).searchParams;
  const signature = query.get('signature');
  if (signature !== null) {
    try {
      const { env } = services();
      if (!isSigned(env.NEXTAUTH_SECRET, exportId, { signature, expires: query.get('expires') ?? '' })) {
        throw new DomainError('FORBIDDEN', 'This link is not valid (any more). Ask for a new one.');
      }
      return await sendExport(services(), request, exportId);
    } catch (error) {
      return failure(error);
    }
  }
  return onProjectRoute(
    'export.download',
    'export',
    async ({ db }) => (await exportRows.get(db, uuidOrNotFound(exportId, 'export')))?.projectId ?? null,
    (context) => sendExport(context, request, exportId),
  );
}
