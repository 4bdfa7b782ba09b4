import { type CloseUp, closeUpName, type ImageId } from '@maskloop/domain';

/** Addresses of what is fetched as bytes. */
export const BLOB = {
  display: (imageId: ImageId) => `/api/images/${imageId}/display`,
  thumbnail: (imageId: ImageId) => `/api/images/${imageId}/thumbnail`,
  embedding: (imageId: ImageId, encoderSha256: string) => `/api/images/${imageId}/embedding/${encoderSha256}`,
  closeUp: (imageId: ImageId, encoderSha256: string, closeUp: CloseUp) =>
    `/api/images/${imageId}/close-ups/${encoderSha256}/${closeUpName(closeUp)}`,
  decoder: (modelVersionId: string) => `/api/models/${modelVersionId}/decoder`,
  external: (modelVersionId: string, path: string) =>
    `/api/models/${modelVersionId}/files/${encodeURIComponent(path)}`,
} as const;
