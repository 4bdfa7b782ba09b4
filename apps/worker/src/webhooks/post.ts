import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { DomainError } from '@maskloop/domain';
import { isPublicAddress } from './public-address.ts';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** the operator allows addresses of this machine and its network */
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * WH3: one POST to an address that was looked up and checked before; the connection goes to that very address,
 * whatever the name answers a moment later. Redirects are answers like any other, and bodies are not read.
 * @returns the HTTP status @throws DomainError FORBIDDEN when the address is refused; Error when there was no answer
 */
export async function post({ url, headers, body, allowPrivate, timeoutMs, signal }: Post): Promise<number> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
  const address = allowPrivate ? addresses[0] : addresses.find(isPublicAddress);
  if (address === undefined || (!allowPrivate && !addresses.every(isPublicAddress))) {
    throw new DomainError(
      'FORBIDDEN',
      `${host} is an address of a private network; the operator can allow those`,
      { host },
    );
  }
  const { request } = target.protocol === 'https:' ? https : http;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: address,
        port: target.port || undefined,
        path: `${target.pathname}${target.search}`,
        method: 'POST',
        servername: isIP(host) ? '' : host,
        headers: { ...headers, Host: target.host, 'Content-Length': Buffer.byteLength(body) },
        agent: false,
        signal: limit,
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    sent.on('error', (error) =>
      reject(limit.aborted && !signal.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error),
    );
    sent.end(body);
  });
}
