'use client';

import { useElementSize } from '@mantine/hooks';
import type { ImageSummary } from '@maskloop/domain';
import { IconShape } from '@tabler/icons-react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { initials } from '@/ui/format.ts';
import { hidePicture } from './hide-picture.ts';
import classes from './ImageGrid.module.css';
import { EmbeddingMark, StatusLabel } from './image-labels.tsx';

const TILE_WIDTH = 208;
const GAP = 14;
/** name and facts below the picture */
const CAPTION_HEIGHT = 58;

interface ImageGridProps {
  readonly projectId: string;
  readonly images: readonly ImageSummary[];
  /** of all, loaded or not */
  readonly total: number;
  readonly selected: ReadonlySet<string>;
  /** without it nothing can be selected */
  readonly onSelect: ((id: string, span: boolean) => void) | null;
  /** the last loaded row comes near */
  readonly onEnd: () => void;
}

/** The images as tiles; only what is on the screen is in the document. */
export function ImageGrid({ projectId, images, total, selected, onSelect, onEnd }: ImageGridProps) {
  const t = useTranslations('images');
  const { ref: sizeRef, width } = useElementSize<HTMLUListElement>();
  const frame = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  const columns = Math.max(1, Math.floor((width + GAP) / (TILE_WIDTH + GAP)));
  const tileWidth = (width - GAP * (columns - 1)) / columns;
  const rowHeight = Math.round(tileWidth * 0.75) + CAPTION_HEIGHT + 2;

  useLayoutEffect(() => {
    if (frame.current) setOffset(frame.current.getBoundingClientRect().top + window.scrollY);
  }, []);

  const rows = useWindowVirtualizer({
    count: width === 0 ? 0 : Math.ceil(images.length / columns),
    estimateSize: () => rowHeight,
    gap: GAP,
    overscan: 3,
    scrollMargin: offset,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows measured for another width are wrong
  useEffect(() => rows.measure(), [rowHeight, columns]);

  const shown = rows.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  // half a page ahead: who turns the wheel fast should not have to wait
  const nearEnd = width > 0 && (lastShown + 12) * columns >= images.length;
  useEffect(() => {
    if (nearEnd) onEnd();
  }, [nearEnd, onEnd]);

  return (
    <div ref={frame}>
      <ul
        ref={sizeRef}
        aria-label={t('gridLabel')}
        className={`${classes.grid} ${selected.size > 0 ? classes.selecting : ''}`}
        style={{ height: rows.getTotalSize() }}
      >
        {shown.flatMap(({ index, start }) =>
          images
            .slice(index * columns, (index + 1) * columns)
            .map((image, column) => (
              <ImageTile
                key={image.id}
                projectId={projectId}
                image={image}
                position={index * columns + column + 1}
                total={total}
                x={Math.round(column * (tileWidth + GAP))}
                y={start - offset}
                width={Math.floor(tileWidth)}
                height={rowHeight}
                selected={selected.has(image.id)}
                onSelect={onSelect}
              />
            )),
        )}
      </ul>
    </div>
  );
}

interface ImageTileProps {
  readonly projectId: string;
  readonly image: ImageSummary;
  /** 1-based */
  readonly position: number;
  readonly total: number;
  /** place and size in the list, CSS pixels */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly selected: boolean;
  readonly onSelect: ((id: string, span: boolean) => void) | null;
}

/** Plain elements on purpose: a hundred tiles are made anew at every turn of the wheel. */
const ImageTile = memo(function ImageTile({
  projectId,
  image,
  position,
  total,
  x,
  y,
  width,
  height,
  selected,
  onSelect,
}: ImageTileProps) {
  const t = useTranslations('images');
  const format = useFormatter();
  const masks = t('maskCount', { count: image.maskCount });
  return (
    <li
      aria-setsize={total}
      aria-posinset={position}
      className={classes.tile}
      style={{ width, height, transform: `translate(${x}px, ${y}px)` }}
      data-selected={selected || undefined}
    >
      <Link
        href={`/projects/${projectId}/images/${image.id}`}
        prefetch={false}
        className={classes.picture}
        aria-label={t('open', { name: image.name })}
      >
        {/* biome-ignore lint/performance/noImgElement: thumbnails come ready-made from our own store */}
        <img
          src={`/api/images/${image.id}/thumbnail`}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={hidePicture}
        />
      </Link>
      {onSelect && (
        <label className={classes.check}>
          <input
            type="checkbox"
            checked={selected}
            aria-label={t('select', { name: image.name })}
            // a change event does not say whether shift was held
            onClick={(event) => onSelect(image.id, event.shiftKey)}
            onChange={() => {}}
          />
        </label>
      )}
      {!image.holder && image.assignee && (
        <span
          className={`${classes.holder} ${classes.assignee}`}
          role="img"
          title={t('assignedTo', { name: image.assignee.name })}
          aria-label={t('assignedTo', { name: image.assignee.name })}
        >
          {initials(image.assignee.name)}
        </span>
      )}
      {image.holder && (
        <span
          className={classes.holder}
          role="img"
          title={t('heldBy', { name: image.holder.name })}
          aria-label={t('heldBy', { name: image.holder.name })}
        >
          {initials(image.holder.name)}
        </span>
      )}
      <div className={classes.caption}>
        <div className={classes.name} title={image.name}>
          {image.name}
        </div>
        <div className={classes.facts}>
          <StatusLabel status={image.status} />
          <span className={classes.count} role="img" title={masks} aria-label={masks}>
            <IconShape size={14} aria-hidden />
            {format.number(image.maskCount)}
          </span>
          <span className={classes.spring} />
          {image.priority !== 0 && (
            <span
              className={classes.priority}
              role="img"
              aria-label={t('priorityOf', { priority: image.priority })}
            >
              {`P ${image.priority}`}
            </span>
          )}
          <EmbeddingMark state={image.embedding} />
        </div>
      </div>
    </li>
  );
});
