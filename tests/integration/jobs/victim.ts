// A worker that takes one job and holds it until it is killed: `node --import tsx victim.ts <backend as JSON>`.
import { openWorker } from '@maskloop/jobs';

const worker = openWorker(
  JSON.parse(process.argv[2] ?? ''),
  'inference',
  async (job) => {
    process.stdout.write(`${job.id}\n`);
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  },
  { onError: () => {}, lockDuration: 2_000, stalledInterval: 1_000 },
);
process.on('SIGTERM', () => void worker.close());
