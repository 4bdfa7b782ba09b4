import type { Box, Size } from '@maskloop/sam-core';
import { type Cell, cell } from '../store.ts';
import type { ScreenPoint } from '../tools/types.ts';
import { centred, fit, keepInSight, toImage, type View, zoomAt } from './view.ts';

/** From here on the picture's pixels are shown as squares. */
const PIXELATED_FROM = 3;
const SETTLE_MS = 90;

interface ViewPortParts {
  readonly root: HTMLElement;
  /** moved and scaled as a whole: panning and zooming paint nothing */
  readonly world: HTMLElement;
  /** shown as squares when they are large */
  readonly pixels: readonly HTMLElement[];
  /** the hand rests: what is drawn at the resolution of the screen wants drawing again */
  onSettled(): void;
}

/** How a picture that is only looked at lies on the screen. */
export class ViewPort {
  readonly view: Cell<View> = cell<View>({ zoom: 1, x: 0, y: 0 });
  readonly #image: Size;
  readonly #parts: ViewPortParts;
  #screen: Size = { width: 1, height: 1 };
  #fitted = true;
  #settling: ReturnType<typeof setTimeout> | null = null;

  constructor(image: Size, parts: ViewPortParts) {
    this.#image = image;
    this.#parts = parts;
  }

  close(): void {
    if (this.#settling) clearTimeout(this.#settling);
  }

  resize(screen: Size): void {
    this.#screen = screen;
    this.#set(this.#fitted ? fit(this.#image, screen) : this.view.get(), this.#fitted);
  }

  fit(): void {
    this.#set(fit(this.#image, this.#screen), true);
  }

  /** One image pixel = one pixel of the screen. */
  actualSize(): void {
    this.#set(centred(this.#image, this.#screen, 1 / devicePixelRatio));
  }

  zoomBy(factor: number, at?: ScreenPoint): void {
    const { width, height } = this.#screen;
    this.#set(zoomAt(this.view.get(), at ?? { x: width / 2, y: height / 2 }, factor));
  }

  panBy(dx: number, dy: number): void {
    const view = this.view.get();
    this.#set({ ...view, x: view.x + dx, y: view.y + dy });
  }

  /** Brings a part of the picture to the middle, near enough to be judged. */
  lookAt(box: Box): void {
    const { width, height } = this.#screen;
    const room = fit(
      { width: Math.max(1, (box.x1 - box.x0) * 3), height: Math.max(1, (box.y1 - box.y0) * 3) },
      this.#screen,
    );
    const zoom = Math.max(fit(this.#image, this.#screen).zoom, Math.min(8, room.zoom));
    this.#set({
      zoom,
      x: width / 2 - ((box.x0 + box.x1) / 2) * zoom,
      y: height / 2 - ((box.y0 + box.y1) / 2) * zoom,
    });
  }

  /** The part of the picture on the screen and a little more, image pixels. */
  visible(): Box {
    const { width, height } = this.#screen;
    const view = this.view.get();
    const a = toImage(view, { x: -width / 4, y: -height / 4 });
    const b = toImage(view, { x: width * 1.25, y: height * 1.25 });
    return { x0: a.x, y0: a.y, x1: b.x, y1: b.y };
  }

  /** Device pixels per image pixel. */
  density(): number {
    return this.view.get().zoom * devicePixelRatio;
  }

  #set(view: View, fitted = false): void {
    this.#fitted = fitted;
    const kept = keepInSight(view, this.#image, this.#screen);
    const { world, pixels } = this.#parts;
    world.style.transform = `translate(${kept.x}px, ${kept.y}px) scale(${kept.zoom})`;
    const rendering = kept.zoom * devicePixelRatio >= PIXELATED_FROM ? 'pixelated' : 'auto';
    for (const element of pixels) element.style.imageRendering = rendering;
    this.view.set(kept);
    if (this.#settling) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#parts.onSettled(), SETTLE_MS);
  }
}
