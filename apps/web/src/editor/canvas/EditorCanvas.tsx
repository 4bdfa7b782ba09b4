import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { BLOB } from '../addresses.ts';
import type { EditorSession } from '../session.ts';
import { useCell, usePart } from '../use-cell.ts';
import styles from './canvas.module.css';
import { CanvasController } from './controller.ts';
import { Overlay } from './Overlay.tsx';
import { PixelGrid } from './PixelGrid.tsx';
import { attachPointer } from './pointer.ts';

interface EditorCanvasProps {
  readonly session: EditorSession;
  readonly onReady: (canvas: CanvasController | null) => void;
}

/** The picture and everything drawn on it. The layers are plain elements in one frame that CSS moves and scales. */
export function EditorCanvas({ session, onReady }: EditorCanvasProps) {
  const t = useTranslations('editor');
  const opening = useCell(session.opening);
  const toolName = usePart(session.tool, (tool) => tool.name);
  const root = useRef<HTMLDivElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const masks = useRef<HTMLCanvasElement>(null);
  const stroke = useRef<HTMLCanvasElement>(null);
  const preview = useRef<HTMLCanvasElement>(null);
  const hover = useRef<HTMLCanvasElement>(null);
  const selection = useRef<HTMLCanvasElement>(null);
  const coverage = useRef<HTMLCanvasElement>(null);
  const [canvas, setCanvas] = useState<CanvasController | null>(null);
  const [shown, setShown] = useState(false);
  const image = opening.at === 'open' ? opening.opened.image : null;

  useEffect(() => {
    const elements = {
      root: root.current,
      world: world.current,
      picture: picture.current,
      masks: masks.current,
      stroke: stroke.current,
      preview: preview.current,
      hover: hover.current,
      selection: selection.current,
      coverage: coverage.current,
    };
    if (!image || !isComplete(elements)) return;
    const controller = new CanvasController(session, elements);
    const measure = () => {
      controller.resize({ width: elements.root.clientWidth, height: elements.root.clientHeight });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(elements.root);
    const detach = attachPointer(elements.root, session, controller);
    let current = true;
    elements.picture
      .decode()
      .catch(() => undefined)
      .then(() => {
        if (!current) return;
        setShown(true);
        requestAnimationFrame(() => controller.pictureShown());
      });
    setCanvas(controller);
    onReady(controller);
    return () => {
      current = false;
      observer.disconnect();
      detach();
      controller.close();
      setCanvas(null);
      onReady(null);
    };
  }, [session, image, onReady]);

  return (
    <div
      ref={root}
      className={styles.root}
      data-tool={toolName}
      data-testid="editor-canvas"
      data-shown={shown}
      role="application"
      aria-label={t('canvas-label', { name: image?.name ?? '' })}
      // the canvas takes keys and is where the pointer's work happens
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is interactive, by pointer and by the key table
      tabIndex={0}
    >
      {image && (
        <div ref={world} className={styles.world} style={{ width: image.width, height: image.height }}>
          {/* biome-ignore lint/performance/noImgElement: shown at its own resolution, moved by CSS */}
          <img
            ref={picture}
            className={styles.picture}
            src={BLOB.display(image.id)}
            alt=""
            draggable={false}
          />
          <canvas ref={coverage} className={styles.coverage} data-testid="coverage-layer" />
          <canvas ref={masks} className={styles.layer} data-testid="mask-layer" />
          <canvas ref={stroke} className={styles.layer} />
          <canvas ref={preview} className={styles.shape} data-testid="preview-layer" />
          <canvas ref={hover} className={styles.shape} />
          <canvas ref={selection} className={styles.selection} />
        </div>
      )}
      {canvas && <PixelGrid canvas={canvas} />}
      {canvas && (
        <div className={styles.overlay}>
          <Overlay session={session} canvas={canvas} />
        </div>
      )}
    </div>
  );
}

function isComplete<T extends Record<string, unknown>>(
  parts: T,
): parts is { [K in keyof T]: NonNullable<T[K]> } {
  return Object.values(parts).every((part) => part !== null);
}
