import { z } from 'zod';
import { SamCoreError } from '../errors.ts';
import { fromFloat16, toFloat16 } from './float16.ts';

/** Contents of a safetensors file, as far as this package uses the format: F16 and F32, small headers. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<
    Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>
  >;
}

const MAX_HEADER_BYTES = 1 << 20;
const MAX_TENSORS = 64;
const BYTES = { F16: 2, F32: 4 } as const;

const Entry = z.object({
  dtype: z.enum(['F16', 'F32']),
  shape: z.array(z.number().int().min(0)).max(8),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
});
const Header = z.object({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(Entry);

/**
 * Writes tensors as float16: half the size, and embeddings have no use for more.
 *
 * @throws SamCoreError EMBEDDING_INVALID for a finite value that float16 cannot hold (65520 and more)
 * @source https://github.com/huggingface/safetensors (format: u64 header length, JSON header, data)
 */
export function encodeTensorFile({ metadata, tensors }: TensorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint16Array[] = [];
  let at = 0;
  for (const [name, { dims, data }] of Object.entries(tensors)) {
    const halves = toFloat16(data);
    const lost = halves.findIndex((half, i) => (half & 0x7fff) === 0x7c00 && Number.isFinite(data[i]));
    if (lost >= 0) throw invalid(`${name}[${lost}] must be below 65520 to fit float16, got ${data[lost]}`);
    header[name] = { dtype: 'F16', shape: dims, data_offsets: [at, at + halves.byteLength] };
    parts.push(halves);
    at += halves.byteLength;
  }
  const json = asciiJson(header);
  // spaces after the JSON are part of the format; they keep the data aligned for typed-array views
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
  const bytes = new Uint8Array(8 + padded.length + at);
  new DataView(bytes.buffer).setUint32(0, padded.length, true);
  for (let i = 0; i < padded.length; i++) bytes[8 + i] = padded.charCodeAt(i);
  let offset = 8 + padded.length;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer), offset);
    offset += part.byteLength;
  }
  return bytes;
}

/**
 * Reads F16 and F32 tensors into float32. The bytes are untrusted: lengths, shapes and offsets are checked first.
 * @throws SamCoreError EMBEDDING_INVALID
 */
export function decodeTensorFile(bytes: Uint8Array): TensorFile {
  if (bytes.length < 8) throw invalid(`a tensor file has at least 8 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  const limit = Math.min(MAX_HEADER_BYTES, bytes.length - 8);
  if (headerBytes > limit) throw invalid(`header length may be at most ${limit}, got ${headerBytes}`);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, 8 + headerBytes));
  const named = Object.entries(entries);
  if (named.length > MAX_TENSORS)
    throw invalid(`a file may hold ${MAX_TENSORS} tensors, got ${named.length}`);
  const body = bytes.subarray(8 + headerBytes);
  const tensors = named.map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [start, end],
      },
    ]) => {
      const length = shape.reduce((product, side) => product * side, 1);
      if (end > body.length || end - start !== length * BYTES[dtype]) {
        throw invalid(`${name}: ${dtype} [${shape}] does not fit bytes ${start}..${end} of ${body.length}`);
      }
      // copied: a typed-array view needs an aligned start, which foreign files do not promise; and not by slice(),
      // which copies nothing when the bytes are Node's Buffer
      const { buffer } = new Uint8Array(body.subarray(start, end));
      const data = dtype === 'F16' ? fromFloat16(new Uint16Array(buffer)) : new Float32Array(buffer);
      return [name, { dims: shape, data }] as const;
    },
  );
  return { metadata, tensors: Object.fromEntries(tensors) };
}

function parseHeader(bytes: Uint8Array): z.infer<typeof Header> {
  let json: unknown;
  try {
    json = JSON.parse(utf8(bytes));
  } catch (cause) {
    throw invalid(`header is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  const header = Header.safeParse(json);
  if (header.success) return header.data;
  throw invalid(
    `header: ${header.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`,
  );
}

/** JSON with everything outside ASCII escaped, so that characters are bytes. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** UTF-8 without TextDecoder, which belongs to the platforms. Broken sequences surface as broken JSON or names. */
function utf8(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i++]!;
    const more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    let code = more === 0 ? lead : lead & (0x3f >> more);
    for (let k = 0; k < more; k++) code = (code << 6) | ((bytes[i++] ?? 0) & 0x3f);
    text += String.fromCodePoint(Math.min(code, 0x10ffff));
  }
  return text;
}

const invalid = (message: string): SamCoreError => new SamCoreError('EMBEDDING_INVALID', message);
