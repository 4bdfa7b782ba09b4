import 'server-only';
import { type Db, type MeasuredMask, type MetricsScope, metrics } from '@maskloop/db';
import { sendCsv } from './send-csv.ts';

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
  const header = columns.map(([name]) => name);
  return sendCsv('maskloop-masks.csv', header, metrics.streamMasks(db, scope), (mask) =>
    columns.map(([, read]) => read(mask)),
  );
}
