'use client';

import { parseRle, polygonsFromRle, type Rle, rleBox } from '@maskloop/sam-core';
import { useMemo } from 'react';
import classes from './MaskPicture.module.css';

export interface MaskOutline {
  /** COCO compressed */
  readonly counts: string;
  /** how it is drawn: filled, or as a dashed line for what was or what stands beside it */
  readonly look: 'fill' | 'ghost';
}

interface MaskPictureProps {
  /** read out instead of the picture */
  readonly label: string;
  readonly image: { readonly id: string; readonly width: number; readonly height: number };
  /** drawn in order */
  readonly outlines: readonly MaskOutline[];
}

/** Room around the masks, as a share of their longer side, and least side of what is shown in image pixels. */
const MARGIN = 0.25;
const LEAST_SIDE = 32;
/** Below this share of the picture the thumbnail would be a blur. */
const THUMBNAIL_SHARE = 0.4;

/** The part of a picture around some masks, with their outlines. Whatever cannot be read is left out. */
export function MaskPicture({ label, image, outlines }: MaskPictureProps) {
  const { shapes, crop } = useMemo(() => draw(image, outlines), [image, outlines]);
  const copy = crop.width > THUMBNAIL_SHARE * image.width ? 'thumbnail' : 'display';
  return (
    <svg
      className={classes.picture}
      viewBox={`${crop.x} ${crop.y} ${crop.width} ${crop.height}`}
      role="img"
      aria-label={label}
    >
      <image
        href={`/api/images/${image.id}/${copy}`}
        width={image.width}
        height={image.height}
        preserveAspectRatio="none"
      />
      {shapes.map(({ path, look }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: outlines have no other identity, and their order is fixed
        <path key={index} d={path} className={classes[look]} fillRule="evenodd" />
      ))}
    </svg>
  );
}

function draw(image: MaskPictureProps['image'], outlines: readonly MaskOutline[]) {
  const size = [image.height, image.width];
  const masks = outlines.flatMap(({ counts, look }) => {
    const rle = readRle(size, counts);
    return rle ? [{ rle, look }] : [];
  });
  const crop = cropAround(
    image,
    masks.map(({ rle }) => rle),
  );
  // half a pixel of the tile is precise enough
  const tolerance = crop.width / 400;
  return { crop, shapes: masks.map(({ rle, look }) => ({ look, path: pathOf(rle, tolerance) })) };
}

function readRle(size: number[], counts: string): Rle | null {
  try {
    return parseRle({ size, counts }, { allowEmpty: true });
  } catch {
    // a finding may be about exactly this
    return null;
  }
}

/** A square around all of them, inside the picture where that is possible. */
function cropAround({ width, height }: { width: number; height: number }, masks: readonly Rle[]) {
  const boxes = masks.map(rleBox).filter((box) => box !== null);
  if (boxes.length === 0) return { x: 0, y: 0, width, height };
  const x0 = Math.min(...boxes.map((box) => box.x0));
  const y0 = Math.min(...boxes.map((box) => box.y0));
  const x1 = Math.max(...boxes.map((box) => box.x1));
  const y1 = Math.max(...boxes.map((box) => box.y1));
  const side = Math.max(LEAST_SIDE, Math.max(x1 - x0, y1 - y0) * (1 + 2 * MARGIN));
  const place = (from: number, to: number, whole: number) =>
    whole <= side ? (whole - side) / 2 : Math.min(Math.max(0, (from + to - side) / 2), whole - side);
  return { x: place(x0, x1, width), y: place(y0, y1, height), width: side, height: side };
}

function pathOf(rle: Rle, tolerance: number): string {
  return polygonsFromRle(rle, tolerance)
    .flatMap(({ outer, holes }) => [outer, ...holes])
    .map((ring) => {
      const corners: string[] = [];
      for (let i = 0; i < ring.length; i += 2) corners.push(`${ring[i]} ${ring[i + 1]}`);
      return `M${corners.join('L')}Z`;
    })
    .join('');
}
