// Temporary folders that hold servers. Each names its owner, so that what a killed run left is swept by the next.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { identify, isSameProcessAlive, stopProcess } from './processes.mjs';

const PREFIX = 'maskloop-scratch-';

/**
 * @typedef {{ owner: import('./processes.mjs').ProcessId | null, servers: import('./processes.mjs').ProcessId[] }} Claim
 */

/**
 * @param {string} label
 * @param {{ readableByAll?: boolean }} [options] readableByAll: another user (the database's) must pass through
 */
export async function claimScratch(label, { readableByAll = false } = {}) {
  await sweepScratch();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `${PREFIX}${label}-`));
  if (readableByAll) fs.chmodSync(dir, 0o711);
  /** @type {Claim} */
  const claim = { owner: identify(process.pid), servers: [] };
  const note = `${dir}.json`;
  const write = () => fs.writeFileSync(note, JSON.stringify(claim), { mode: 0o600 });
  write();
  return {
    dir,
    /** @param {import('./processes.mjs').ProcessId} server */
    remember: (server) => {
      claim.servers.push(server);
      write();
    },
    remove: () => {
      fs.rmSync(dir, { recursive: true, force: true });
      fs.rmSync(note, { force: true });
    },
  };
}

/** Stops servers and removes folders whose owner is dead. Folders of other users are left alone. */
export async function sweepScratch() {
  for (const name of fs.readdirSync(os.tmpdir())) {
    if (!name.startsWith(PREFIX) || !name.endsWith('.json')) continue;
    const note = path.join(os.tmpdir(), name);
    try {
      if (fs.lstatSync(note).uid !== (process.getuid?.() ?? fs.lstatSync(note).uid)) continue;
      /** @type {Claim} */
      const claim = JSON.parse(fs.readFileSync(note, 'utf8'));
      if (isSameProcessAlive(claim.owner)) continue;
      for (const server of claim.servers) await stopProcess(server, { signal: 'SIGINT', graceMs: 5000 });
      fs.rmSync(note.slice(0, -'.json'.length), { recursive: true, force: true });
      fs.rmSync(note, { force: true });
    } catch {
      // another run swept it first, or is writing its note just now
    }
  }
}
