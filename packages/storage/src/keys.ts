// Every object key in one place. Contents are named by hash, so a key's bytes never change and may be cached for
// ever. The path begins with the kind, so that a folder or a prefix can be counted, backed up or cleared alone.

/** 64 lower-case hex digits; anything else here is a bug, and would end up in a path. */
function sha(value: string): string {
  if (!/^[0-9a-f]{64}$/.test(value))
    throw new Error(`not a SHA-256 in lower-case hex: ${value.slice(0, 80)}`);
  return value;
}

function plain(value: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(value)) {
    throw new Error(`not usable in an object key: ${value.slice(0, 80)}`);
  }
  return value;
}

export const blobKeys = {
  /** the uploaded bytes; `imageSha256` is theirs */
  original: (imageSha256: string) => `images/${sha(imageSha256)}/original`,
  /** JPEG, oriented, sRGB, longest side at most 4096 */
  display: (imageSha256: string) => `images/${sha(imageSha256)}/display`,
  /** WebP, oriented, sRGB, small */
  thumbnail: (imageSha256: string) => `images/${sha(imageSha256)}/thumbnail`,
  /** safetensors; MD1: the hashes and the preprocessing version are all that decides its contents */
  embedding: (imageSha256: string, encoderSha256: string, preprocessing: string) =>
    `embeddings/${sha(imageSha256)}/${sha(encoderSha256)}-${plain(preprocessing)}.safetensors`,
  /** as an embedding, of a part of the picture; `name` is domain's closeUpName */
  closeUp: (imageSha256: string, encoderSha256: string, preprocessing: string, name: string) =>
    `close-ups/${sha(imageSha256)}/${sha(encoderSha256)}-${plain(preprocessing)}-${plain(name)}.safetensors`,
  /** a model's ONNX file */
  model: (fileSha256: string) => `models/${sha(fileSha256)}`,
  /** a finished export */
  export: (exportId: string) => `exports/${plain(exportId)}.zip`,
  /** an uploaded file of labels, until it was imported */
  import: (importId: string) => `imports/${plain(importId)}`,
  /** a file on its way in or out, removed when it arrived */
  temporary: (id: string) => `temporary/${plain(id)}`,
} as const;

/** What `ObjectStore.list` takes to find all objects of a kind. */
export const BLOB_PREFIXES = {
  images: 'images/',
  embeddings: 'embeddings/',
  closeUps: 'close-ups/',
  models: 'models/',
  exports: 'exports/',
  imports: 'imports/',
  temporary: 'temporary/',
} as const;
