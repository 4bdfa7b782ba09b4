import 'server-only';
import { csvLine } from '../csv.ts';
import { services } from '../services.ts';

type Cells = Parameters<typeof csvLine>[0];

/**
 * Rows as a CSV file, written while they are read.
 * @param pages read one by one; ended when the reader goes away
 */
export function sendCsv<Row>(
  filename: string,
  header: readonly string[],
  pages: AsyncGenerator<readonly Row[]>,
  cellsOf: (row: Row) => Cells,
): Response {
  const text = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(text.encode(csvLine(header)));
    },
    // asked for when the reader has room: a slow reader holds one page in memory, not the file
    async pull(controller) {
      try {
        const { value: page, done } = await pages.next();
        if (done) return controller.close();
        controller.enqueue(text.encode(page.map((row) => csvLine(cellsOf(row))).join('')));
      } catch (error) {
        // the reader sees a broken download instead of a file that looks whole
        services().log.error({ err: error, filename }, 'a CSV file could not be sent');
        controller.error(error);
      }
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${filename}"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
