import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EXIT, Failure } from './failure.ts';

/** Where the server is and who asks. */
export interface Config {
  /** without a slash at its end */
  readonly server: string;
  readonly token: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Beside other programs' settings, as the XDG convention has it. */
export function configFile(env: Environment): string {
  const folder = env.XDG_CONFIG_HOME || path.join(env.HOME || os.homedir(), '.config');
  return path.join(folder, 'maskloop', 'config.json');
}

/**
 * MASKLOOP_SERVER and MASKLOOP_TOKEN, else what `maskloop login` kept.
 * @throws Failure when there is no token
 */
export async function loadConfig(env: Environment): Promise<Config> {
  const kept = await readKept(configFile(env));
  const server = env.MASKLOOP_SERVER || kept.server;
  const token = env.MASKLOOP_TOKEN || kept.token;
  if (!server || !token) {
    throw new Failure(
      'Not signed in. Run "maskloop login", or set MASKLOOP_SERVER and MASKLOOP_TOKEN.',
      EXIT.denied,
    );
  }
  return { server: serverAddress(server), token };
}

/** @throws Failure unless it is an http or https address */
export function serverAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Failure(`server: "${text}" is no http or https address.`, EXIT.usage);
  }
  return url.href.replace(/\/+$/, '');
}

/** Readable by its owner only: the token is in it. */
export async function keepConfig(env: Environment, config: Config): Promise<string> {
  const file = configFile(env);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // written anew, because the mode counts for new files only
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return file;
}

export async function forgetConfig(env: Environment): Promise<void> {
  await rm(configFile(env), { force: true });
}

async function readKept(file: string): Promise<Partial<Config>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw new Failure(`${file}: ${error.message}`);
  });
  try {
    return JSON.parse(text) as Partial<Config>;
  } catch {
    throw new Failure(`${file} is not JSON; run "maskloop login" again.`);
  }
}
