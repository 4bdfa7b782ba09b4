export { createStore, type StoreEnv } from './create-store.ts';
export { DiskStore } from './disk-store.ts';
export { BLOB_PREFIXES, blobKeys } from './keys.ts';
export type { Body, ObjectHead, ObjectStore, PutResult, Range } from './object-store.ts';
export { type S3Options, S3Store } from './s3-store.ts';
