'use client';

import { Box, Text } from '@mantine/core';
import type { RunProposal } from '@maskloop/domain';
import type { Size } from '@maskloop/sam-core';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef } from 'react';
import { gridOf, inPaintOrder, paintMasks, sampleMask } from './overlay.ts';
import classes from './PreviewPicture.module.css';
import { keeps, type Thresholds } from './thresholds.ts';

/** Cells on the long side: enough for a card, and quick to paint while a slider moves. */
const LONGEST = 640;

interface PreviewPictureProps {
  readonly imageId: string;
  readonly image: Size & { readonly name: string };
  readonly proposals: readonly RunProposal[];
  readonly thresholds: Thresholds;
}

/** A picture with those proposals over it that the thresholds keep. */
export function PreviewPicture({ imageId, image, proposals, thresholds }: PreviewPictureProps) {
  const t = useTranslations('runs');
  const canvas = useRef<HTMLCanvasElement>(null);
  const { predIouThresh, stabilityScoreThresh } = thresholds;
  // run-length codes are read once; what a slider changes is only which of them are painted
  const sampled = useMemo(() => {
    const grid = gridOf(image, LONGEST);
    const ordered = inPaintOrder(proposals);
    return { grid, ordered, masks: ordered.map(({ counts }) => sampleMask(counts, image, grid)) };
  }, [image, proposals]);
  const shown = useMemo(
    () => sampled.ordered.map((proposal) => keeps({ predIouThresh, stabilityScoreThresh }, proposal)),
    [sampled, predIouThresh, stabilityScoreThresh],
  );
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const { grid, masks } = sampled;
    context.putImageData(
      paintMasks(
        masks.map((mask, at) => (shown[at] ? mask : null)),
        grid,
      ),
      0,
      0,
    );
  }, [sampled, shown]);
  const kept = shown.filter(Boolean).length;
  const text = t('keptOf', { kept, all: proposals.length });
  return (
    <Box component="figure" m={0}>
      <div className={classes.frame} style={{ aspectRatio: `${image.width} / ${image.height}` }}>
        {/* biome-ignore lint/performance/noImgElement: the route serves it in the size that is needed, behind the session */}
        <img src={`/api/images/${imageId}/display`} alt="" className={classes.picture} />
        <canvas
          ref={canvas}
          width={sampled.grid.width}
          height={sampled.grid.height}
          className={classes.masks}
          role="img"
          aria-label={`${image.name}: ${text}`}
        />
      </div>
      <Box component="figcaption" mt={6}>
        <Text size="sm" fw={500} truncate>
          {image.name}
        </Text>
        <Text size="xs" c="dimmed" className="ml-tabular">
          {text}
        </Text>
      </Box>
    </Box>
  );
}
