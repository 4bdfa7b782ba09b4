import type { ImageId } from '@maskloop/domain';

/** Addresses of what is fetched as bytes. */
export const BLOB = {
  display: (imageId: ImageId) => `/api/images/${imageId}/display`,
  thumbnail: (imageId: ImageId) => `/api/images/${imageId}/thumbnail`,
  embedding: (imageId: ImageId, encoderSha256: string) => `/api/images/${imageId}/embedding/${encoderSha256}`,
  decoder: (modelVersionId: string) => `/api/models/${modelVersionId}/decoder`,
  external: (modelVersionId: string, path: string) =>
    `/api/models/${modelVersionId}/files/${encodeURIComponent(path)}`,
} as const;
