import { useCell } from '../use-cell.ts';
import styles from './canvas.module.css';
import type { CanvasController } from './controller.ts';

/** CSS pixels per image pixel from which the grid is drawn. */
const FROM = 8;

/** Lines between the picture's pixels, when they are large enough to be worked on one by one. */
export function PixelGrid({ canvas }: { readonly canvas: CanvasController }) {
  const { zoom, x, y } = useCell(canvas.view);
  if (zoom < FROM) return null;
  return (
    <div
      className={styles.grid}
      style={{ backgroundSize: `${zoom}px ${zoom}px`, backgroundPosition: `${x}px ${y}px` }}
      aria-hidden
    />
  );
}
