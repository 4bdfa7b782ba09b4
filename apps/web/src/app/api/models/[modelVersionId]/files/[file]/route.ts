import { sendModelFile } from '@/server/usecases/send-model-file.ts';

export const dynamic = 'force-dynamic';

/** A file that the decoder's ONNX file refers to (external weights), by its name in the manifest. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ modelVersionId: string; file: string }> },
): Promise<Response> {
  const { modelVersionId, file } = await params;
  return sendModelFile(request, modelVersionId, file);
}
