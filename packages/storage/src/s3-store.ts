import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { DomainError } from '@maskloop/domain';
import {
  assertKey,
  type Body,
  HashingStream,
  type ObjectStore,
  type PutResult,
  type Range,
  resultOf,
} from './object-store.ts';

export interface S3Options {
  readonly bucket: string;
  readonly region: string;
  /** left out: AWS */
  readonly endpoint?: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** bucket in the path, not in the host name: what most stores other than AWS want */
  readonly forcePathStyle: boolean;
}

/** S3, MinIO and their like. */
export class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly description: string;

  constructor(options: S3Options) {
    this.#bucket = options.bucket;
    this.description = `${options.endpoint ?? 'AWS'} ${options.bucket}`;
    this.#client = new S3Client({
      region: options.region,
      ...(options.endpoint ? { endpoint: options.endpoint } : {}),
      forcePathStyle: options.forcePathStyle,
      credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
      // the SDK's default appends a checksum trailer to streams, which several S3-compatible stores keep as data
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(key: string, body: Body, { contentType }: { contentType?: string } = {}): Promise<PutResult> {
    assertKey(key);
    const hashing = body instanceof Uint8Array ? null : new HashingStream();
    const source = body instanceof Uint8Array ? body : body instanceof Readable ? body : Readable.from(body);
    if (hashing && source instanceof Readable) {
      source.on('error', (error) => hashing.destroy(error));
      // a source that is destroyed without an error would otherwise leave the upload waiting
      source.on('close', () => {
        if (!source.readableEnded) hashing.destroy(source.errored ?? new Error('the source ended early'));
      });
      source.pipe(hashing);
    }
    const upload = new Upload({
      client: this.#client,
      // one small object is one request; parts of larger ones go two at a time, so 16 MB are in memory at most
      queueSize: 2,
      partSize: 8 * 1024 * 1024,
      leavePartsOnError: false,
      params: {
        Bucket: this.#bucket,
        Key: key,
        Body: hashing ?? source,
        ...(contentType ? { ContentType: contentType } : {}),
      },
    });
    try {
      await upload.done();
    } catch (error) {
      if (source instanceof Readable) source.destroy();
      throw spaceError(error, this.description) ?? error;
    }
    return hashing ? hashing.result() : resultOf(body as Uint8Array);
  }

  async get(key: string, range?: Range): Promise<Readable> {
    assertKey(key);
    try {
      const { Body: body } = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          ...(range ? { Range: `bytes=${range.start}-${range.end ?? ''}` } : {}),
        }),
      );
      if (!(body instanceof Readable)) throw new Error(`object ${key} came without a stream`);
      return body;
    } catch (error) {
      throw isMissing(error) ? new DomainError('NOT_FOUND', `There is no object ${key}`, { key }) : error;
    }
  }

  async getBytes(key: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.get(key)) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  }

  async head(key: string) {
    assertKey(key);
    try {
      const found = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return { bytes: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async signedUrl(
    key: string,
    { expiresInSeconds, fileName }: { expiresInSeconds: number; fileName?: string },
  ): Promise<string> {
    assertKey(key);
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ...(fileName
        ? { ResponseContentDisposition: `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}` }
        : {}),
    });
    return getSignedUrl(this.#client, command, { expiresIn: expiresInSeconds });
  }

  async remove(key: string): Promise<void> {
    assertKey(key);
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  async *list(prefix: string) {
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          ...(token ? { ContinuationToken: token } : {}),
        }),
      );
      for (const { Key, Size } of page.Contents ?? []) if (Key) yield { key: Key, bytes: Size ?? 0 };
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  async check(): Promise<void> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.#client.send(new CreateBucketCommand({ Bucket: this.#bucket }));
    }
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    (error.$metadata.httpStatusCode === 404 || error.name === 'NoSuchKey' || error.name === 'NotFound')
  );
}

/** AWS never fills up; MinIO and Ceph say so in these words. */
function spaceError(error: unknown, store: string): DomainError | null {
  if (!(error instanceof S3ServiceException)) return null;
  const full = error.$metadata.httpStatusCode === 507 || /StorageFull|QuotaExceeded/.test(error.name);
  return full
    ? new DomainError('STORAGE_FULL', `S3_BUCKET: no space is left in ${store}`, { store, cause: error.name })
    : null;
}
