import type { ImageId, ProjectId, UserId } from './ids.ts';

/**
 * The pixel frame everywhere: the picture after EXIF orientation, sRGB, 8 bit RGB; x to the right, y down,
 * pixel (0, 0) covers [0, 1) x [0, 1).
 */
export const IMAGE_STATUSES = ['open', 'submitted', 'accepted', 'sent-back', 'skipped'] as const;
export type ImageStatus = (typeof IMAGE_STATUSES)[number];

/** Endings of file names that may hold a picture, lower case; the bytes decide what it is. */
export const IMAGE_ENDINGS = [
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.png',
  '.webp',
  '.avif',
  '.tif',
  '.tiff',
  '.bmp',
  '.dib',
] as const;

/** Where a picture's embedding under the project's active model version is. */
export const EMBEDDING_STATES = ['ready', 'queued', 'failed', 'missing'] as const;
export type EmbeddingState = (typeof EMBEDDING_STATES)[number];

export interface Image {
  readonly id: ImageId;
  readonly projectId: ProjectId;
  /** of the uploaded bytes, hex */
  readonly sha256: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly status: ImageStatus;
  readonly priority: number;
  readonly createdAt: Date;
}

/** A picture as the images page lists it. */
export interface ImageSummary extends Image {
  readonly maskCount: number;
  readonly embedding: EmbeddingState;
  readonly holder: { readonly id: UserId; readonly name: string } | null;
  /** whom a lead gave it to (AS6) */
  readonly assignee: { readonly id: UserId; readonly name: string } | null;
}

export const IMAGE_SORTS = ['newest', 'name', 'priority', 'uncertainty'] as const;
export type ImageSort = (typeof IMAGE_SORTS)[number];

/** How an embedding's path from file to tensor is versioned: part of its key, so old ones are never mixed in. */
export const PREPROCESSING_VERSION = 'pillow-bilinear-1';
