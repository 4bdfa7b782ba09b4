import { sendModelFile } from '@/server/usecases/send-model-file.ts';

export const dynamic = 'force-dynamic';

/** The decoder's ONNX file. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ modelVersionId: string }> },
): Promise<Response> {
  return sendModelFile(request, (await params).modelVersionId, null);
}
