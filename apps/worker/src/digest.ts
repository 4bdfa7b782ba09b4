import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Digest {
  /** hex */
  readonly sha256: string;
  readonly bytes: number;
}

/** A stream that passes bytes on and knows afterwards what they were; `result` is asked once. */
export function digest(): { through: Transform; result: () => Digest } {
  const hash = createHash('sha256');
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { through, result: () => ({ sha256: hash.digest('hex'), bytes }) };
}

export async function digestOf(path: string): Promise<Digest> {
  const { through, result } = digest();
  through.resume();
  await pipeline(createReadStream(path), through);
  return result();
}
