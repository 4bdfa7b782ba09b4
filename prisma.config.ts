import { accessSync, chmodSync, constants } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'prisma/config';

// Prisma's CLI downloads a native schema engine from its own host on first use. Ours speaks the same protocol
// from npm packages only, so that migrations work wherever npm does. See scripts/schema-engine/README.md.
// Set PRISMA_SCHEMA_ENGINE_BINARY to another engine, or to nothing for Prisma's own download.
const engine = path.join(import.meta.dirname, 'scripts', 'schema-engine', 'schema-engine.mjs');
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= engine;
process.env.CHECKPOINT_DISABLE ??= '1';

try {
  accessSync(engine, constants.X_OK);
} catch {
  chmodSync(engine, 0o755); // an archive without mode bits
}

export default defineConfig({
  // absolute, because packages/db runs the CLI from its own folder
  schema: path.join(import.meta.dirname, 'prisma', 'schema.prisma'),
  migrations: {
    path: path.join(import.meta.dirname, 'prisma', 'migrations'),
    seed: 'tsx prisma/seed.ts',
  },
  // generate and validate need no server, but the CLI wants an address
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://maskloop@127.0.0.1:5432/maskloop' },
});
