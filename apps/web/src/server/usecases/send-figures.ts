import 'server-only';
import { type Db, type MeasuredMask, type MetricsScope, metrics } from '@maskloop/db';
import { csvLine } from '../csv.ts';
import { services } from '../services.ts';

type Column = (mask: MeasuredMask) => string | number | boolean | Date | null;

/** Column → value, in the order of the file. */
const COLUMNS: Readonly<Record<string, Column>> = {
  mask: (mask) => mask.id,
  image: (mask) => mask.imageName,
  class: (mask) => mask.className,
  person: (mask) => mask.person,
  model_version: (mask) => mask.model,
  stage: (mask) => mask.stage,
  week: (mask) => mask.week,
  origin: (mask) => mask.origin,
  removed: (mask) => mask.removed,
  active_seconds: (mask) => mask.seconds,
  clicks: (mask) => mask.clicks,
  proposal_judged: (mask) => mask.judged,
  iou_with_proposal: (mask) => mask.iou,
  area_pixels: (mask) => mask.area,
  changed_at: (mask) => mask.changedAt,
};

/**
 * The masks of a scope as CSV, written while it is read.
 * @param people false: without the column that says who (AN2)
 */
export function sendFigures(
  db: Db,
  { scope, people }: { readonly scope: MetricsScope; readonly people: boolean },
): Response {
  const columns = Object.entries(COLUMNS).filter(([name]) => people || name !== 'person');
  const pages = metrics.streamMasks(db, scope);
  const text = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(text.encode(csvLine(columns.map(([name]) => name))));
    },
    // asked for when the reader has room: a slow reader holds one page in memory, not the file
    async pull(controller) {
      try {
        const { value: page, done } = await pages.next();
        if (done) return controller.close();
        const lines = page.map((mask) => csvLine(columns.map(([, read]) => read(mask))));
        controller.enqueue(text.encode(lines.join('')));
      } catch (error) {
        // the reader sees a broken download instead of a file that looks whole
        services().log.error({ err: error }, 'figures could not be sent');
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
      'Content-Disposition': 'attachment; filename="maskloop-masks.csv"',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
