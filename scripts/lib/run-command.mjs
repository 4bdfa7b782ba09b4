import { spawn } from 'node:child_process';

/** Children that run at the moment, so that Ctrl-C can end them. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @param {NodeJS.Signals} [signal] */
export function endCommands(signal = 'SIGTERM') {
  for (const child of running) {
    try {
      process.kill(-(child.pid ?? 0), signal);
    } catch {
      child.kill(signal);
    }
  }
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
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
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
      running.delete(child);
      reject(new Error(`${name} could not be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(stdout);
      else reject(new Error(`${name} failed (${signal ?? `exit ${code}`}):\n${all.trim()}`));
    });
  });
}
