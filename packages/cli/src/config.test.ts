import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { configFile, forgetConfig, keepConfig, loadConfig, serverAddress } from './config.ts';
import { EXIT } from './failure.ts';

const home = async () => ({ HOME: await mkdtemp(path.join(os.tmpdir(), 'maskloop-cli-')) });

test('what login keeps is found again, by nobody else, and is gone after logout', async () => {
  const env = await home();
  const config = { server: 'https://maskloop.example.org', token: 'maskloop_secret' };
  const file = await keepConfig(env, config);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await loadConfig(env)).toEqual(config);
  await forgetConfig(env);
  await expect(loadConfig(env)).rejects.toMatchObject({ exitCode: EXIT.denied });
});

test('a file that others could read is made private when it is written again', async () => {
  const env = await home();
  const file = await keepConfig(env, { server: 'http://a.example', token: 'x' });
  await writeFile(file, '{}', { mode: 0o644 });
  await keepConfig(env, { server: 'http://a.example', token: 'y' });
  expect((await stat(configFile(env))).mode & 0o777).toBe(0o600);
});

test('the environment wins over the file', async () => {
  const env = { ...(await home()), MASKLOOP_TOKEN: 'from-env' };
  await keepConfig(env, { server: 'http://a.example/', token: 'kept' });
  expect(await loadConfig(env)).toEqual({ server: 'http://a.example', token: 'from-env' });
});

test('an address that is none is a mistake of usage', () => {
  expect(() => serverAddress('maskloop.example.org')).toThrow('no http or https address');
  expect(serverAddress('http://127.0.0.1:3000/')).toBe('http://127.0.0.1:3000');
});
