import { edgesOf, type LabelClass, type MaskId } from '@maskloop/domain';
import { type BitMask, type Box, modelFrame, type Size } from '@maskloop/sam-core';
import type { MaskRecord } from '../document/records.ts';
import { sampleRuns } from '../document/runs.ts';
import type { CanvasPort, EditorSession } from '../session.ts';
import type { ColourBy } from '../settings.ts';
import { type Cell, cell } from '../store.ts';
import { previewOf } from '../tools/prompt.ts';
import type { ScreenPoint } from '../tools/types.ts';
import { colourOf, packed, parseColour } from './colours.ts';
import { paintFree } from './coverage-painter.ts';
import { FILL, MaskPainter } from './mask-painter.ts';
import { ShapePainter } from './shape-painter.ts';
import { centred, filled, fit, keepInSight, revealed, toImage, type View, zoomAt } from './view.ts';

/** The elements the controller draws on; all but the root lie in the picture's own frame. */
export interface CanvasElements {
  readonly root: HTMLElement;
  /** moved and scaled as a whole: panning and zooming paint nothing */
  readonly world: HTMLElement;
  readonly picture: HTMLImageElement;
  readonly masks: HTMLCanvasElement;
  readonly stroke: HTMLCanvasElement;
  readonly preview: HTMLCanvasElement;
  readonly hover: HTMLCanvasElement;
  readonly selection: HTMLCanvasElement;
  readonly coverage: HTMLCanvasElement;
}

/** What is painted anew with the next frame. */
type Part = 'preview' | 'outlines' | 'coverage';

/** From here on the picture's pixels are shown as squares. */
const PIXELATED_FROM = 3;
const SETTLE_MS = 90;

/** Draws a session. Lives outside React: pixels never enter its state. */
export class CanvasController implements CanvasPort {
  readonly view: Cell<View> = cell<View>({ zoom: 1, x: 0, y: 0 });
  readonly screen: Cell<Size> = cell<Size>({ width: 1, height: 1 });
  readonly #session: EditorSession;
  readonly #elements: CanvasElements;
  readonly #image: Size;
  readonly #masks: MaskPainter;
  readonly #preview: ShapePainter;
  readonly #hover: ShapePainter;
  readonly #selection: ShapePainter;
  readonly #stroke: CanvasRenderingContext2D;
  readonly #stops: (() => void)[] = [];
  readonly #due = new Set<Part>();
  #frameRequest = 0;
  #settleTimer: ReturnType<typeof setTimeout> | null = null;
  #fitted = true;
  #shownAt: number | null = null;
  #clickedAt: number | null = null;
  #lifted: MaskId | null = null;

  constructor(session: EditorSession, elements: CanvasElements) {
    const { opened, labels } = session;
    if (!opened || !labels) throw new Error('the picture is not open');
    this.#session = session;
    this.#elements = elements;
    this.#image = opened.image;
    this.#masks = new MaskPainter(elements.masks, labels);
    this.#preview = new ShapePainter(elements.preview);
    this.#hover = new ShapePainter(elements.hover);
    this.#selection = new ShapePainter(elements.selection);
    const stroke = elements.stroke.getContext('2d');
    if (!stroke) throw new Error('This browser gives no 2D canvas');
    this.#stroke = stroke;
    this.#listen();
  }

  get root(): HTMLElement {
    return this.#elements.root;
  }

  close(): void {
    for (const stop of this.#stops) stop();
    cancelAnimationFrame(this.#frameRequest);
    if (this.#settleTimer) clearTimeout(this.#settleTimer);
    if (this.#session.canvas === this) this.#session.canvas = null;
  }

  /** The picture is on the screen: from here the time to the first hover mask counts. */
  pictureShown(): void {
    this.#shownAt = performance.now();
    performance.mark('maskloop:picture-shown');
  }

  /** A click was made at a time of the page's clock. */
  clicked(at: number): void {
    this.#clickedAt = at;
  }

  resize(screen: Size): void {
    this.screen.set(screen);
    this.setView(this.#fitted ? fit(this.#image, screen) : this.view.get(), this.#fitted);
  }

  setView(view: View, fitted = false): void {
    this.#fitted = fitted;
    const kept = keepInSight(view, this.#image, this.screen.get());
    const { world, picture, masks, stroke } = this.#elements;
    this.#session.zoom = kept.zoom;
    world.style.transform = `translate(${kept.x}px, ${kept.y}px) scale(${kept.zoom})`;
    const rendering = kept.zoom * devicePixelRatio >= PIXELATED_FROM ? 'pixelated' : 'auto';
    for (const element of [picture, masks, stroke]) element.style.imageRendering = rendering;
    this.view.set(kept);
    // outlines are as thick as they should be once the hand rests
    if (this.#settleTimer) clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => this.#ask('preview', 'outlines'), SETTLE_MS);
  }

  fit(): void {
    this.setView(fit(this.#image, this.screen.get()), true);
  }

  /** One image pixel = one pixel of the screen. */
  actualSize(): void {
    this.setView(centred(this.#image, this.screen.get(), 1 / devicePixelRatio));
  }

  zoomBy(factor: number, at?: ScreenPoint): void {
    const { width, height } = this.screen.get();
    this.setView(zoomAt(this.view.get(), at ?? { x: width / 2, y: height / 2 }, factor));
  }

  panBy(dx: number, dy: number): void {
    const view = this.view.get();
    this.setView({ ...view, x: view.x + dx, y: view.y + dy });
  }

  centreOn(box: Box): void {
    const { width, height } = this.screen.get();
    const { zoom } = this.view.get();
    this.setView({
      zoom,
      x: width / 2 - ((box.x0 + box.x1) / 2) * zoom,
      y: height / 2 - ((box.y0 + box.y1) / 2) * zoom,
    });
  }

  reveal(box: Box): void {
    const view = this.view.get();
    const next = revealed(view, box, this.screen.get());
    if (next !== view) this.setView(next);
  }

  fill(box: Box): void {
    this.setView(filled(box, this.screen.get()));
  }

  seen(): Box {
    return this.#onScreen(0);
  }

  masksChanged(dirty: Box): void {
    this.#masks.paint(dirty, this.#style());
    this.#ask('outlines', 'coverage');
  }

  /** Colours or the outline setting changed. */
  repaintMasks(): void {
    const { labels } = this.#session;
    if (labels) this.masksChanged({ x0: 0, y0: 0, x1: labels.width, y1: labels.height });
  }

  paintStroke(target: MaskId | null, bitmap: BitMask, rect: Box): void {
    if (target !== null && this.#lifted !== target) this.#lift(target, bitmap);
    else this.#paintBitmap(bitmap, rect);
  }

  clearStroke(): void {
    const { stroke } = this.#elements;
    this.#stroke.clearRect(0, 0, stroke.width, stroke.height);
    const lifted = this.#lifted;
    this.#lifted = null;
    if (lifted !== null) this.#repaintMask(lifted);
  }

  /** The mask under the brush moves to the stroke's layer as a whole, so that what is erased is seen to go. */
  #lift(maskId: MaskId, bitmap: BitMask): void {
    this.#lifted = maskId;
    this.#repaintMask(maskId);
    this.#paintBitmap(bitmap, { x0: 0, y0: 0, x1: bitmap.width, y1: bitmap.height });
  }

  #repaintMask(maskId: MaskId): void {
    const { labels, document, isShown } = this.#session;
    const record = document.get().get(maskId);
    if (!labels || !record) return;
    const cells = labels.cellsOf(edgesOf(record.box));
    labels.repaint(document.get(), cells, (id) => isShown(id) && id !== this.#lifted);
    this.#masks.paint(cells, this.#style());
    this.#ask('outlines');
  }

  #paintBitmap(bitmap: BitMask, rect: Box): void {
    const { labels } = this.#session;
    if (!labels) return;
    const { scale } = labels;
    const x0 = Math.floor(rect.x0 * scale);
    const y0 = Math.floor(rect.y0 * scale);
    const width = Math.min(labels.width, Math.ceil(rect.x1 * scale)) - x0;
    const height = Math.min(labels.height, Math.ceil(rect.y1 * scale)) - y0;
    if (width <= 0 || height <= 0) return;
    const { stroke } = this.#elements;
    if (stroke.width !== labels.width || stroke.height !== labels.height) {
      // a large picture's worth of memory that only those who draw need
      stroke.width = labels.width;
      stroke.height = labels.height;
    }
    const pixels = this.#stroke.createImageData(width, height);
    const data = new Uint32Array(pixels.data.buffer);
    const record = this.#lifted === null ? undefined : this.#session.document.get().get(this.#lifted);
    const colour = packed(record ? this.#style().colourOf(record) : parseColour(this.#activeColour()), FILL);
    for (let y = 0, at = 0; y < height; y++) {
      const row = Math.min(bitmap.height - 1, Math.floor((y0 + y + 0.5) / scale)) * bitmap.width;
      for (let x = 0; x < width; x++, at++) {
        const column = Math.min(bitmap.width - 1, Math.floor((x0 + x + 0.5) / scale));
        if (bitmap.data[row + column] === 1) data[at] = colour;
      }
    }
    this.#stroke.putImageData(pixels, x0, y0);
  }

  #listen(): void {
    const session = this.#session;
    const { settings } = session.workspace;
    const outlines = () => this.#ask('outlines');
    const preview = () => this.#ask('preview');
    this.#stops.push(
      session.tool.subscribe(preview),
      session.settling.subscribe(preview),
      session.classId.subscribe(preview),
      session.selectedId.subscribe(outlines),
      session.hoveredId.subscribe(outlines),
      session.document.subscribe(outlines),
      session.classes.subscribe(() => this.repaintMasks()),
      session.allHidden.subscribe(() => this.#showMasks()),
      settings.subscribe(() => this.#settingsChanged()),
    );
    this.#outlineOnly = settings.get().outlineOnly;
    this.#colourBy = settings.get().colourBy;
    this.#showMasks();
    session.canvas = this;
    this.repaintMasks();
    this.#ask('preview', 'outlines', 'coverage');
  }

  #outlineOnly = false;
  #colourBy: ColourBy = 'class';

  #settingsChanged(): void {
    const { outlineOnly, colourBy } = this.#session.workspace.settings.get();
    this.#showMasks();
    this.#ask('coverage');
    if (outlineOnly === this.#outlineOnly && colourBy === this.#colourBy) return;
    this.#outlineOnly = outlineOnly;
    this.#colourBy = colourBy;
    this.repaintMasks();
  }

  #showMasks(): void {
    const { opacity } = this.#session.workspace.settings.get();
    const { style } = this.#elements.masks;
    style.opacity = String(opacity);
    this.#elements.stroke.style.opacity = String(opacity);
    style.visibility = this.#session.allHidden.get() ? 'hidden' : 'visible';
    this.#ask('outlines');
  }

  #ask(...parts: Part[]): void {
    for (const part of parts) this.#due.add(part);
    if (this.#frameRequest) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      const due = [...this.#due];
      this.#due.clear();
      if (due.includes('preview')) this.#paintPreview();
      if (due.includes('outlines')) this.#paintOutlines();
      if (due.includes('coverage')) this.#paintCoverage();
    });
  }

  #paintPreview(): void {
    const session = this.#session;
    const tool = session.tool.get();
    const settling = session.settling.get();
    const shown = tool.name === 'prompt' ? previewOf(tool.state) : null;
    // an accepted mask stays until it is painted, also under the next hover
    const preview = settling && (!shown || shown.hover) ? { ...settling, hover: false } : shown;
    const manifest = session.opened?.model?.manifest;
    if (!preview || !manifest) {
      this.#preview.clear();
      return;
    }
    const { x0, y0, x1, y1 } = preview.closeUp ?? {
      x0: 0,
      y0: 0,
      x1: this.#image.width,
      y1: this.#image.height,
    };
    const placed = {
      lowRes: preview.lowRes,
      frame: modelFrame({ width: x1 - x0, height: y1 - y0 }, manifest.side, manifest.encoder.fit),
      origin: { x: x0, y: y0 },
      threshold: manifest.decoder.maskThreshold,
    };
    this.#preview.paintLogits(placed, this.#visible(), this.#density(), {
      colour: parseColour(preview.hover ? HOVER_COLOUR : this.#activeColour()),
      fill: preview.hover ? 80 : 120,
      edge: preview.hover ? 170 : 255,
      edgeWidth: Math.max(1, Math.round((preview.hover ? 1 : 2) * devicePixelRatio)),
      // a hover is drawn with every answer, a prompt once
      mostPixels: preview.hover ? 300_000 : 1_200_000,
    });
    this.#measure(preview.hover);
  }

  /** The figures of the bench: from the click to its mask, from the picture to the first hover. */
  #measure(hover: boolean): void {
    const tool = this.#session.tool.get();
    const waits = tool.name === 'prompt' && tool.state.waiting !== null;
    if (!hover && !waits && this.#clickedAt !== null) {
      performance.measure('click-to-mask', { start: this.#clickedAt });
      this.#clickedAt = null;
    }
    if (hover && this.#shownAt !== null) {
      performance.measure('open-to-hover', { start: this.#shownAt });
      this.#shownAt = null;
    }
  }

  #paintOutlines(): void {
    const session = this.#session;
    const hidden = session.allHidden.get();
    const selected = hidden || this.#lifted !== null ? null : session.selectedId.get();
    const hovered = hidden ? null : session.hoveredId.get();
    this.#outline(this.#selection, selected, { fill: 26, edge: 255, edgeWidth: 2 });
    this.#outline(this.#hover, hovered === selected ? null : hovered, { fill: 46, edge: 230, edgeWidth: 1 });
  }

  #paintCoverage(): void {
    const { labels, workspace } = this.#session;
    const { coverage } = this.#elements;
    const shown = workspace.settings.get().coverage;
    coverage.style.display = shown ? 'block' : 'none';
    if (shown && labels) paintFree(coverage, labels);
  }

  #outline(
    painter: ShapePainter,
    maskId: string | null,
    style: { fill: number; edge: number; edgeWidth: number },
  ): void {
    const session = this.#session;
    const record = maskId === null ? undefined : session.document.get().get(maskId);
    const runs = record && session.labels?.runs.of(record);
    if (!record || !runs) {
      painter.clear();
      return;
    }
    const edgeWidth = Math.max(1, Math.round(style.edgeWidth * devicePixelRatio));
    painter.paintSampled(
      edgesOf(record.box),
      this.#visible(),
      this.#density(),
      { ...style, colour: { r: 255, g: 255, b: 255 }, edgeWidth, mostPixels: 1_200_000 },
      (window, size) => sampleRuns(runs, this.#image, window, size),
    );
  }

  #style() {
    const classes = new Map<string, LabelClass>(this.#session.classes.get().map((each) => [each.id, each]));
    const { outlineOnly, colourBy } = this.#session.workspace.settings.get();
    return {
      outlineOnly,
      colourOf: (record: MaskRecord) => parseColour(colourOf(record, classes, colourBy)),
    };
  }

  #activeColour(): string {
    const classId = this.#session.classId.get();
    return this.#session.classes.get().find((each) => each.id === classId)?.colour ?? PROMPT_COLOUR;
  }

  /** The part of the picture on the screen and a little more, image pixels. */
  #visible(): Box {
    return this.#onScreen(0.25);
  }

  /** @param margin more on each side, as a share of the screen */
  #onScreen(margin: number): Box {
    const { width, height } = this.screen.get();
    const view = this.view.get();
    const a = toImage(view, { x: -width * margin, y: -height * margin });
    const b = toImage(view, { x: width * (1 + margin), y: height * (1 + margin) });
    return { x0: a.x, y0: a.y, x1: b.x, y1: b.y };
  }

  /** Device pixels per image pixel. */
  #density(): number {
    return this.view.get().zoom * devicePixelRatio;
  }
}

const HOVER_COLOUR = '#56d4ff';
const PROMPT_COLOUR = '#1e90ff';
