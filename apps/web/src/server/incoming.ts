import 'server-only';
import { Transform } from 'node:stream';
import { DomainError } from '@maskloop/domain';

/** The last part of what the browser calls the file; it is shown and exported, never used as a path. */
export function baseName(name: string): string {
  return name.split(/[\\/]/).at(-1)?.trim() ?? '';
}

/** Passes bytes on up to a limit. @throws DomainError IMAGE_TOO_LARGE, into the stream, past it */
export function atMost(limit: number, name: string): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= limit) return done(null, chunk);
      done(
        new DomainError('IMAGE_TOO_LARGE', `${name}: a file may have ${limit} bytes, this one has more.`, {
          field: 'body',
          limit,
        }),
      );
    },
  });
}
