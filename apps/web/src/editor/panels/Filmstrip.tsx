import type { ImageId, ImageSummary } from '@maskloop/domain';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { BLOB } from '../addresses.ts';
import styles from '../editor.module.css';

const FRAME_PX = 104;

interface FilmstripProps {
  readonly images: readonly ImageSummary[];
  readonly current: ImageId;
  readonly onOpen: (imageId: ImageId) => void;
}

/** The pictures before and after, with what became of them. */
export function Filmstrip({ images, current, onOpen }: FilmstripProps) {
  const t = useTranslations('editor');
  const scroller = useRef<HTMLDivElement>(null);
  const frames = useVirtualizer({
    horizontal: true,
    count: images.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => FRAME_PX,
    overscan: 4,
  });
  const index = images.findIndex((image) => image.id === current);
  useEffect(() => {
    if (index >= 0) frames.scrollToIndex(index, { align: 'center' });
  }, [index, frames]);
  return (
    <nav ref={scroller} className={styles.filmstrip} aria-label={t('filmstrip')}>
      <div style={{ width: frames.getTotalSize(), height: '100%', position: 'relative' }}>
        {frames.getVirtualItems().map((item) => {
          const image = images[item.index];
          if (!image) return null;
          return (
            <button
              key={image.id}
              type="button"
              className={styles.frame}
              style={{ transform: `translateX(${item.start}px)`, width: FRAME_PX - 8 }}
              aria-current={image.id === current ? 'page' : undefined}
              aria-label={t('frame', {
                name: image.name,
                status: t(`status-${image.status}`),
                count: image.maskCount,
              })}
              title={image.name}
              data-status={image.status}
              data-testid="filmstrip-frame"
              onClick={() => onOpen(image.id)}
            >
              {/* biome-ignore lint/performance/noImgElement: a small picture the server has made already */}
              <img src={BLOB.thumbnail(image.id)} alt="" loading="lazy" draggable={false} />
              <span className={styles.frameStatus} />
              {/* drawn by the style sheet: the button's name says it already */}
              {image.maskCount > 0 && <span className={styles.frameCount} data-count={image.maskCount} />}
            </button>
          );
        })}
      </div>
    </nav>
  );
}
