import 'server-only';
import { type Db, type MetricsScope, plantedFigures } from '@maskloop/db';
import { shareOf, summedTally } from '@maskloop/domain';
import { csvLine } from '../csv.ts';

/**
 * Caught planted proposals as CSV (PP6), one line for each person. The share is for the reader to make: few judgements
 * give one that means nothing, so the interval stands beside the counts.
 * @param people false: without the column that says who (AN2)
 */
export async function sendPlanted(
  db: Db,
  { scope, people }: { readonly scope: MetricsScope; readonly people: boolean },
): Promise<Response> {
  const rows = await plantedFigures.byPerson(db, scope);
  const lines = people ? rows : [{ name: null, ...summedTally(rows) }];
  const head = ['judged', 'caught', 'interval_low', 'interval_high'];
  const text = lines.map(({ name, all, hits }) => {
    const { interval } = shareOf({ all, hits });
    const values = [all, hits, interval?.low ?? null, interval?.high ?? null];
    return csvLine(people ? [name, ...values] : values);
  });
  return new Response([csvLine(people ? ['person', ...head] : head), ...text].join(''), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="maskloop-planted-proposals.csv"',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
