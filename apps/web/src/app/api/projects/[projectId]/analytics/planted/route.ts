import { figuresRoute } from '@/server/figures-route.ts';
import { sendPlanted } from '@/server/usecases/send-planted.ts';

export const dynamic = 'force-dynamic';

/** Who caught how many planted proposals (PP6), as CSV. */
export function GET(
  request: Request,
  { params }: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  return figuresRoute(request, params, sendPlanted);
}
