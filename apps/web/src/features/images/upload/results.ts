import { z } from 'zod';

/** What the server did with one picture of an uploaded file. */
export const UploadResult = z.object({
  name: z.string(),
  status: z.enum(['added', 'duplicate', 'refused']),
  imageId: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});
export type UploadResult = z.infer<typeof UploadResult>;

/**
 * Reads an NDJSON answer while it grows. A line that is no result is a fault of the server and is kept as a
 * refusal, so that it is seen.
 */
export class ResultReader {
  #read = 0;
  #rest = '';

  /** @param text the whole answer so far */
  read(text: string): UploadResult[] {
    this.#rest += text.slice(this.#read);
    this.#read = text.length;
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.filter((line) => line.trim() !== '').map(parseLine);
  }

  /** What stands after the last line break. */
  end(text: string): UploadResult[] {
    const results = this.read(text);
    const rest = this.#rest;
    this.#rest = '';
    return rest.trim() === '' ? results : [...results, parseLine(rest)];
  }
}

function parseLine(line: string): UploadResult {
  try {
    const parsed = UploadResult.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
  } catch {
    // cut off in the middle; handled as any other unreadable line
  }
  return { name: '', status: 'refused', code: 'UNREADABLE_ANSWER' };
}

const Refusal = z.object({ code: z.string().optional(), message: z.string().optional() });

/** The reason in the body of a request that was refused as a whole. */
export function readRefusal(body: string): { code: string | null; message: string | null } {
  try {
    const { code, message } = Refusal.parse(JSON.parse(body));
    return { code: code ?? null, message: message ?? null };
  } catch {
    // a proxy's HTML page, or nothing at all
    return { code: null, message: null };
  }
}
