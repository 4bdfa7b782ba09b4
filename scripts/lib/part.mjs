// One part of the installation (web or worker): started, watched, started again after a crash, stopped.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { identify, sleep, stopProcess } from './processes.mjs';
import { complain, prefixed, say } from './say.mjs';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Up this long: the next crash is a new one, not the same again. */
const STEADY_MS = 60_000;
const LOG_LIMIT_BYTES = 10_000_000;
const TAIL_LINES = 25;

/**
 * @typedef {object} PartOptions
 * @property {string} name
 * @property {readonly string[]} command program and arguments
 * @property {string} cwd
 * @property {() => NodeJS.ProcessEnv} env asked at every start: a restarted database may have moved
 * @property {string} logFile
 * @property {boolean} [show] print every line, for development
 * @property {(process: import('./processes.mjs').ProcessId) => void} [onStart]
 * @property {(tail: string) => Promise<void>} [beforeRestart] gets the last lines of the run that crashed
 */

/** How long to wait before start number `crashes + 1`. */
export const backoffMs = (/** @type {number} */ crashes) =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, crashes - 1));

export class Part {
  /** @type {PartOptions} */
  #options;
  /** @type {import('./processes.mjs').ProcessId | null} */
  #process = null;
  #stopping = false;
  #logStart = 0;
  crashes = 0;

  /** @param {PartOptions} options */
  constructor(options) {
    this.#options = options;
  }

  get name() {
    return this.#options.name;
  }

  start() {
    const { command, cwd, env, logFile, name, show } = this.#options;
    if ((fs.statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES)
      fs.renameSync(logFile, `${logFile}.1`);
    const log = fs.openSync(logFile, 'a', 0o600);
    this.#logStart = fs.fstatSync(log).size;
    const [program = '', ...args] = command;
    // a file, not a pipe: a launcher that is killed does not take the parts' output away
    const output = show ? 'pipe' : log;
    const child = spawn(program, args, {
      cwd,
      env: env(),
      stdio: ['ignore', output, output],
      detached: true,
    });
    fs.closeSync(log);
    const startedAt = Date.now();
    for (const stream of show ? [child.stdout, child.stderr] : []) {
      stream?.on('data', (/** @type {Buffer} */ chunk) => {
        fs.appendFileSync(logFile, chunk);
        console.log(prefixed(name, String(chunk)));
      });
    }
    this.#process = child.pid ? identify(child.pid) : null;
    if (this.#process) this.#options.onStart?.(this.#process);
    child.once('error', (error) => this.#ended(error.message, startedAt));
    child.once('exit', (code, signal) => this.#ended(signal ?? `exit ${code}`, startedAt));
  }

  /** @param {string} how @param {number} startedAt */
  async #ended(how, startedAt) {
    const id = this.#process;
    this.#process = null;
    if (this.#stopping) return;
    // what it started itself must not hold its port
    if (id && process.platform !== 'win32') {
      try {
        process.kill(-id.pid, 'SIGKILL');
      } catch {
        // it had started nothing
      }
    }
    this.crashes = Date.now() - startedAt > STEADY_MS ? 1 : this.crashes + 1;
    const wait = backoffMs(this.crashes);
    const tail = this.tail();
    complain(`${this.name} ended by itself (${how}); the end of ${this.#options.logFile}:`);
    console.error(prefixed(this.name, tail || '(it printed nothing)'));
    say(`starting ${this.name} again in ${wait / 1000} s`);
    await sleep(wait);
    if (this.#stopping) return;
    await this.#options.beforeRestart?.(tail);
    this.start();
  }

  /** The last lines it printed since it was started. */
  tail() {
    try {
      const text = fs.readFileSync(this.#options.logFile).subarray(this.#logStart).toString('utf8');
      return text.trim().split('\n').slice(-TAIL_LINES).join('\n');
    } catch {
      return '';
    }
  }

  /** @param {{ graceMs?: number }} [options] */
  async stop({ graceMs = 15_000 } = {}) {
    this.#stopping = true;
    if (!this.#process) return;
    await stopProcess(this.#process, { graceMs, group: true });
  }

  /** Ends it and starts it with a new environment. */
  async restart() {
    await this.stop();
    this.#stopping = false;
    this.start();
  }
}
