'use client';

import type { MaskBox } from '@maskloop/domain';
import type { Box, Size } from '@maskloop/sam-core';
import { useEffect, useRef, useState } from 'react';
import { BLOB } from '@/editor/addresses.ts';
import { type Colour, packed, parseColour } from '@/editor/canvas/colours.ts';
import { runEndsOf, sampleRuns } from '@/editor/document/runs.ts';
import classes from './Estimates.module.css';
import { windowOn } from './mask-window.ts';

interface MaskViewProps {
  readonly image: Size & { readonly id: string; readonly name: string };
  readonly box: MaskBox;
  /** COCO compressed counts of what is judged */
  readonly counts: string;
  /** what people made of it since, drawn in another colour; null: nothing */
  readonly correction: string | null;
  /** the whole picture instead of the mask's surroundings */
  readonly whole: boolean;
  /** the picture alone */
  readonly bare: boolean;
  readonly label: string;
}

const PROPOSAL = parseColour('#ff3db8');
const CORRECTION = parseColour('#12b886');
const EDGE_PX = 2;

/** One mask on its picture, outlined, as near as it can be judged. */
export function MaskView({ image, box, counts, correction, whole, bare, label }: MaskViewProps) {
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [screen, setScreen] = useState<Size | null>(null);
  const [picture, setPicture] = useState<{ id: string; element: HTMLImageElement } | null>(null);

  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setScreen({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    let current = true;
    const element = new Image();
    element.src = BLOB.display(image.id);
    element
      .decode()
      .then(() => current && setPicture({ id: image.id, element }))
      // a picture that is gone leaves the mask on an empty ground
      .catch(() => undefined);
    return () => {
      current = false;
    };
  }, [image.id]);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !screen || screen.width === 0) return;
    const size = {
      width: Math.round(screen.width * devicePixelRatio),
      height: Math.round(screen.height * devicePixelRatio),
    };
    context.canvas.width = size.width;
    context.canvas.height = size.height;
    const around = whole ? { x: 0, y: 0, width: image.width, height: image.height } : box;
    const window = windowOn(around, image, screen);
    if (picture?.id === image.id) drawPicture(context, picture.element, image, window, size);
    if (bare) return;
    const paint = (code: string, colour: Colour, fill: number) =>
      drawMask(context, sampleRuns(runEndsOf(code), image, window, size), size, colour, fill);
    paint(counts, PROPOSAL, 40);
    if (correction !== null) paint(correction, CORRECTION, 0);
  }, [screen, picture, image, box, counts, correction, whole, bare]);

  return (
    <div ref={stage} className={classes.stage}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        data-testid="sample-view"
        data-shown={picture?.id === image.id}
      />
    </div>
  );
}

function drawPicture(
  context: CanvasRenderingContext2D,
  element: HTMLImageElement,
  image: Size,
  window: Box,
  size: Size,
): void {
  // the copy that is shown may be smaller than the picture itself
  const scale = element.naturalWidth / image.width;
  const perPixel = size.width / (window.x1 - window.x0);
  context.imageSmoothingEnabled = perPixel < 3;
  context.drawImage(
    element,
    0,
    0,
    image.width * scale,
    image.height * scale,
    -window.x0 * perPixel,
    -window.y0 * perPixel,
    image.width * perPixel,
    image.height * perPixel,
  );
}

/** @param bits one byte per pixel of `size`, row-major */
function drawMask(
  context: CanvasRenderingContext2D,
  bits: Uint8Array,
  { width, height }: Size,
  colour: Colour,
  fill: number,
): void {
  const layer = new OffscreenCanvas(width, height);
  const onLayer = layer.getContext('2d');
  if (!onLayer) return;
  const pixels = onLayer.createImageData(width, height);
  const data = new Uint32Array(pixels.data.buffer);
  const [inside, edge] = [packed(colour, fill), packed(colour, 255)];
  const e = Math.max(1, Math.round(EDGE_PX * devicePixelRatio));
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (bits[at] === 0) continue;
      const inner =
        (x < e || bits[at - e] === 1) &&
        (x + e >= width || bits[at + e] === 1) &&
        (y < e || bits[at - e * width] === 1) &&
        (y + e >= height || bits[at + e * width] === 1);
      data[at] = inner ? inside : edge;
    }
  }
  onLayer.putImageData(pixels, 0, 0);
  context.drawImage(layer, 0, 0);
}
