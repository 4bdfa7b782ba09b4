import { edgesOf, type LabelClass, type MaskId } from '@maskloop/domain';
import type { Box, Point } from '@maskloop/sam-core';
import { useEffect, useRef, useState } from 'react';
import { BLOB } from '../addresses.ts';
import { LabelMap } from '../document/label-map.ts';
import type { MaskDocument } from '../document/records.ts';
import { type RunEnds, sampleRuns } from '../document/runs.ts';
import styles from './canvas.module.css';
import { colourOf, parseColour } from './colours.ts';
import { DIFF_COLOURS, DiffPainter, type DiffShape } from './diff-painter.ts';
import { attachLook } from './look-pointer.ts';
import { MaskPainter } from './mask-painter.ts';
import { type Pin, Pins } from './Pins.tsx';
import { ShapePainter } from './shape-painter.ts';
import { ViewPort } from './view-port.ts';

interface ReviewCanvasProps {
  readonly image: { readonly id: string; readonly width: number; readonly height: number };
  readonly label: string;
  /** the masks as they are shown */
  readonly document: MaskDocument;
  readonly classes: ReadonlyMap<string, LabelClass>;
  /** only outlines: the difference is to be seen through them */
  readonly outlineOnly: boolean;
  readonly hidden: boolean;
  readonly shapes: readonly DiffShape[];
  readonly selectedId: MaskId | null;
  /** outline of what the selected mask is compared with */
  readonly base: { readonly ends: RunEnds; readonly box: Box } | null;
  readonly pins: readonly Pin[];
  readonly activePin: string | null;
  readonly onPin: (id: string) => void;
  /** the next click is for a pin */
  readonly placing: boolean;
  readonly onClick: (at: Point, top: MaskId | null) => void;
  readonly onReady: (port: ViewPort | null) => void;
}

interface Painters {
  readonly port: ViewPort;
  readonly labels: LabelMap;
  readonly masks: MaskPainter;
  readonly diff: DiffPainter;
  readonly selection: ShapePainter;
  readonly base: ShapePainter;
}

/** A picture with its masks and their differences, to be looked at and pointed at. */
export function ReviewCanvas(props: ReviewCanvasProps) {
  const { image, onReady } = props;
  const root = useRef<HTMLDivElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const masks = useRef<HTMLCanvasElement>(null);
  const diff = useRef<HTMLCanvasElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const selection = useRef<HTMLCanvasElement>(null);
  const [painters, setPainters] = useState<Painters | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const [outer, inner, shown] = [root.current, world.current, picture.current];
    if (!outer || !inner || !shown || !masks.current || !diff.current || !base.current || !selection.current)
      return;
    const labels = new LabelMap(image);
    const made: Painters = {
      labels,
      masks: new MaskPainter(masks.current, labels),
      diff: new DiffPainter(diff.current, labels),
      selection: new ShapePainter(selection.current),
      base: new ShapePainter(base.current),
      port: new ViewPort(image, {
        root: outer,
        world: inner,
        pixels: [shown, masks.current, diff.current],
        onSettled: () => outline(made, latest.current),
      }),
    };
    const measure = () => made.port.resize({ width: outer.clientWidth, height: outer.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(outer);
    const detach = attachLook(outer, made.port, (at) => latest.current.onClick(at, labels.top(at)));
    let current = true;
    shown
      .decode()
      .catch(() => undefined)
      .then(() => current && outer.setAttribute('data-shown', 'true'));
    setPainters(made);
    onReady(made.port);
    return () => {
      current = false;
      observer.disconnect();
      detach();
      made.port.close();
      setPainters(null);
      onReady(null);
    };
  }, [image, onReady]);

  const { document, classes, outlineOnly, shapes } = props;
  useEffect(() => {
    if (!painters) return;
    const all = painters.labels.repaintAll(document, () => true);
    painters.masks.paint(all, {
      outlineOnly,
      colourOf: (record) => parseColour(colourOf(record, classes, 'class')),
    });
  }, [painters, document, classes, outlineOnly]);
  useEffect(() => painters?.diff.paint(shapes), [painters, shapes]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the outlines show
  useEffect(() => {
    if (painters) outline(painters, latest.current);
  }, [painters, document, props.selectedId, props.base, props.hidden]);

  const layer = { visibility: props.hidden ? 'hidden' : 'visible' } as const;
  return (
    <div
      ref={root}
      className={styles.root}
      data-looking={props.placing ? 'placing' : 'true'}
      data-testid="review-canvas"
      role="application"
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is looked around in by pointer and by keys
      tabIndex={0}
    >
      <div ref={world} className={styles.world} style={{ width: image.width, height: image.height }}>
        {/* biome-ignore lint/performance/noImgElement: shown at its own resolution, moved by CSS */}
        <img ref={picture} className={styles.picture} src={BLOB.display(image.id)} alt="" draggable={false} />
        <canvas ref={masks} className={styles.layer} style={{ ...layer, opacity: 0.6 }} />
        <canvas ref={diff} className={styles.layer} style={layer} data-testid="diff-layer" />
        <canvas ref={base} className={styles.shape} style={layer} />
        <canvas ref={selection} className={styles.selection} style={layer} />
      </div>
      {painters && (
        <Pins view={painters.port.view} pins={props.pins} activeId={props.activePin} onChoose={props.onPin} />
      )}
    </div>
  );
}

const WHITE = { r: 255, g: 255, b: 255 };
const MOST_PIXELS = 1_200_000;

/** The selected mask in white, what it is compared with in the colour of what went. */
function outline({ port, labels, selection, base }: Painters, props: ReviewCanvasProps): void {
  const record = props.selectedId === null ? undefined : props.document.get(props.selectedId);
  const width = Math.max(1, Math.round(2 * devicePixelRatio));
  const draw = (painter: ShapePainter, ends: RunEnds, box: Box, colour: typeof WHITE) =>
    painter.paintSampled(
      box,
      port.visible(),
      port.density(),
      { colour, fill: 0, edge: 255, edgeWidth: width, mostPixels: MOST_PIXELS },
      (window, size) => sampleRuns(ends, labels.image, window, size),
    );
  if (record && !props.hidden) draw(selection, labels.runs.of(record), edgesOf(record.box), WHITE);
  else selection.clear();
  if (props.base && !props.hidden)
    draw(base, props.base.ends, props.base.box, parseColour(DIFF_COLOURS.removed));
  else base.clear();
}
