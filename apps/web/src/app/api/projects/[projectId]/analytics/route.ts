import { figuresRoute } from '@/server/figures-route.ts';
import { sendFigures } from '@/server/usecases/send-figures.ts';

export const dynamic = 'force-dynamic';

/** Every mask of a project with what its figures are made of (AN1, AN2), as CSV. */
export function GET(
  request: Request,
  { params }: { params: Promise<{ projectId: string }> },
): Promise<Response> {
  return figuresRoute(request, params, sendFigures);
}
