import 'server-only';
import { type Db, type MetricsScope, plantedFigures } from '@maskloop/db';
import { shareOf, summedTally, type Tally } from '@maskloop/domain';
import { sendCsv } from './send-csv.ts';

const HEAD = ['judged', 'caught', 'interval_low', 'interval_high'];

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
  const lines: readonly (Tally & { readonly name: string | null })[] = people
    ? rows
    : [{ name: null, ...summedTally(rows) }];
  async function* onePage() {
    yield lines;
  }
  return sendCsv(
    'maskloop-planted-proposals.csv',
    people ? ['person', ...HEAD] : HEAD,
    onePage(),
    ({ name, all, hits }) => {
      const { interval } = shareOf({ all, hits });
      const values = [all, hits, interval?.low ?? null, interval?.high ?? null];
      return people ? [name, ...values] : values;
    },
  );
}
