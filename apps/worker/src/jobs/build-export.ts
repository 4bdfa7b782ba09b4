import type { Outcome, Payload } from '@maskloop/jobs';
import type { JobContext } from '../context.ts';

export async function buildExport(_: Payload<'export.build'>, _context: JobContext): Promise<Outcome> {
  throw new Error('not yet');
}
