import readline from 'node:readline/promises';
import { Api } from '../api.ts';
import { configFile, forgetConfig, keepConfig, serverAddress } from '../config.ts';
import { EXIT, Failure } from '../failure.ts';
import type { Output } from '../output.ts';

/** Tries the token and keeps it. It is read from stdin or MASKLOOP_TOKEN: an argument would stand in `ps`. */
export async function login(output: Output, options: { readonly server?: string }): Promise<void> {
  const server = serverAddress(options.server ?? process.env.MASKLOOP_SERVER ?? 'http://127.0.0.1:3000');
  const token = (process.env.MASKLOOP_TOKEN ?? (await askForToken(server))).trim();
  if (!token) throw new Failure('No token was given.', EXIT.usage);
  const me = await new Api({ server, token }).get<{ name: string; email: string }>('/me');
  const file = await keepConfig(process.env, { server, token });
  output.result({ server, name: me.name, email: me.email, file }, [
    `Signed in to ${server} as ${me.name} (${me.email}). The token is kept in ${file}.`,
  ]);
}

async function askForToken(server: string): Promise<string> {
  const { stdin } = process;
  if (!stdin.isTTY) {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }
  const lines = readline.createInterface({ input: stdin, output: process.stderr });
  try {
    return await lines.question(`Token, from ${server}/account: `);
  } finally {
    lines.close();
  }
}

export async function logout(output: Output): Promise<void> {
  const file = configFile(process.env);
  await forgetConfig(process.env);
  output.result({ file }, [`${file} is gone. The token works until it is revoked on the account page.`]);
}
