// Memory of the web server while many large pictures are uploaded: must stay bounded, whatever their number.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { applyMigrations } from '../../scripts/lib/migrate.mjs';
import { startScratchPostgres } from '../../scripts/lib/postgres.mjs';
import { launchBrowser, visit } from '../helpers/browser.ts';
import { startStack } from '../helpers/start-stack.ts';

const COUNT = Number(process.env.BENCH_UPLOADS ?? 200);
const [WIDTH, HEIGHT] = [4000, 3000];
const PARALLEL = 3;

const postgres = await startScratchPostgres({ label: 'bench' });
try {
  await applyMigrations(postgres.url);
  process.env.DATABASE_URL = postgres.url;
  const stack = await startStack({ queue: 'postgres' });
  const browser = await launchBrowser();
  try {
    await stack.worker.kill('SIGTERM'); // uploads alone; encoding is the worker's bench
    const { context } = await visit(browser, stack, stack.admin);
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const admin = await stack.db.user.findFirstOrThrow({ where: { isAdmin: true } });
    const project = await stack.db.project.create({ data: { name: 'Uploads' } });
    await stack.db.membership.create({ data: { projectId: project.id, userId: admin.id, role: 'lead' } });
    const idle = rssOf(stack.web.pid);
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, rssOf(stack.web.pid));
    }, 100);
    const started = performance.now();
    let sent = 0;
    let bytes = 0;
    const sender = async () => {
      for (let i = sent++; i < COUNT; i = sent++) {
        const body = await picture(i);
        bytes += body.length;
        const answer = await fetch(`${stack.baseUrl}/api/projects/${project.id}/uploads?name=${i}.jpg`, {
          method: 'PUT',
          headers: { cookie },
          body: new Uint8Array(body),
        });
        const line = JSON.parse((await answer.text()).trim()) as { status: string };
        if (line.status !== 'added') throw new Error(JSON.stringify(line));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, sender));
    clearInterval(watch);
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `${COUNT} pictures of ${WIDTH} x ${HEIGHT} (${(bytes / 1e6).toFixed(0)} MB), ${PARALLEL} at a time: ` +
        `${(COUNT / seconds).toFixed(1)} pictures/s; web server ${idle} MB before, peak ${peak} MB`,
    );
  } finally {
    await browser.close();
    await stack.stop();
  }
} finally {
  await postgres.stop();
}

/** Twelve megapixels that no other picture shares. */
function picture(seed: number): Promise<Buffer> {
  const svg = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
       <rect width="100%" height="100%" fill="hsl(${(seed * 37) % 360} 60% 50%)"/>
       <circle cx="${500 + seed * 13}" cy="1500" r="${400 + seed}" fill="white"/></svg>`,
  );
  return sharp(svg).jpeg({ quality: 90 }).toBuffer();
}

/** @returns resident memory in MB */
function rssOf(pid: number | undefined): number {
  if (!pid) throw new Error('the web server does not run');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
