import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { identify, stopProcess } from './processes.mjs';

/** Children that run at the moment, so that Ctrl-C can end them. @type {Set<import('./processes.mjs').ProcessId>} */
const running = new Set();
/** @type {string | null} */
let ledger = null;

/** Ends what runs, and waits until it has ended: an installation half under way would meet the next one. */
export async function endCommands() {
  await Promise.all([...running].map((id) => stopProcess(id, { group: true, graceMs: 5_000 })));
}

/**
 * From now on every command is noted in `folder` while it runs. Those that a killed launcher left running are ended.
 *
 * @param {string} folder
 * @returns {Promise<number>} how many it ended
 */
export async function keepLedger(folder) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  let ended = 0;
  for (const name of fs.readdirSync(folder)) {
    const note = path.join(folder, name);
    try {
      const id = JSON.parse(fs.readFileSync(note, 'utf8'));
      if ((await stopProcess(id, { group: true, graceMs: 5_000 })) !== 'gone') ended++;
    } catch {
      // written by half: its command never got far
    }
    fs.rmSync(note, { force: true });
  }
  ledger = folder;
  return ended;
}

/**
 * Runs a command to its end and keeps what it prints for the case that it fails.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, name?: string, onOutput?: (text: string) => void }} [options]
 * @returns {Promise<string>} standard output
 * @throws {Error} with everything printed
 */
export function runCommand(program, args, { cwd, env, name = program, onOutput } = {}) {
  return new Promise((resolve, reject) => {
    // a group of its own: it is ended with all that it started
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const id = child.pid ? identify(child.pid) : null;
    const note = id && ledger ? path.join(ledger, `${id.pid}.json`) : null;
    if (id) running.add(id);
    if (note) fs.writeFileSync(note, JSON.stringify(id));
    const forget = () => {
      if (id) running.delete(id);
      if (note) fs.rmSync(note, { force: true });
    };
    let stdout = '';
    let all = '';
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      stdout += chunk;
      all += chunk;
      onOutput?.(String(chunk));
    });
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => {
      all += chunk;
      onOutput?.(String(chunk));
    });
    child.on('error', (error) => {
      forget();
      reject(new Error(`${name} could not be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      forget();
      const failure = all.replaceAll(/^npm warn .*\n/gm, '').trim();
      if (code === 0) resolve(stdout);
      else reject(new Error(`${name} failed (${signal ?? `exit ${code}`}):\n${failure}`));
    });
  });
}
