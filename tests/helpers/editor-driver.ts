// Speaks the editor's gestures: tests say what a person does, in pixels of the picture, and wait for what is seen.
import type { Locator, Page } from 'playwright-core';

export interface ImagePoint {
  readonly x: number;
  readonly y: number;
}

export type SaveStatus = 'saved' | 'saving' | 'offline' | 'signed-out' | 'blocked';
type Modifier = 'Shift' | 'Control' | 'Alt';

/** Opening loads a decoder and a WASM runtime, on a machine that does other things as well. */
const OPEN_MS = 60_000;
const ANSWER_MS = 20_000;

export class Editor {
  readonly page: Page;
  readonly canvas: Locator;
  readonly candidates: Locator;
  readonly rows: Locator;
  readonly saveStatus: Locator;
  readonly embeddingStatus: Locator;

  constructor(page: Page) {
    this.page = page;
    this.canvas = page.getByTestId('editor-canvas');
    this.candidates = page.getByTestId('candidate');
    this.rows = page.getByTestId('mask-row');
    this.saveStatus = page.getByTestId('save-status');
    this.embeddingStatus = page.getByTestId('embedding-status');
  }

  /** Goes there and waits until clicks are answered. */
  static async open(page: Page, image: { readonly projectId: string; readonly id: string }): Promise<Editor> {
    const editor = new Editor(page);
    await page.goto(`/projects/${image.projectId}/images/${image.id}`);
    await editor.ready();
    return editor;
  }

  /** The picture is on the screen and its embedding in the decoder. */
  async ready(): Promise<void> {
    await this.shown();
    await this.page
      .locator('[data-testid="embedding-status"][data-state="ready"]')
      .waitFor({ timeout: OPEN_MS });
  }

  /** Picture and saved masks are on the screen; whether clicks are answered is another matter. */
  async shown(): Promise<void> {
    for (const there of ['editor-canvas"][data-shown="true', 'mask-list"][data-loaded="true'])
      await this.page.locator(`[data-testid="${there}"]`).waitFor({ timeout: OPEN_MS });
  }

  // ---- the hand on the mouse ---------------------------------------------------------------------------

  /** Moves there and waits for the mask that a click would give. */
  async hover(at: ImagePoint): Promise<void> {
    const { x, y } = await this.screen(at);
    await this.page.mouse.move(x, y);
    await this.preview().waitFor({ state: 'visible', timeout: ANSWER_MS });
  }

  /** A foreground point; waits for the answer. */
  async click(at: ImagePoint, held: readonly Modifier[] = []): Promise<void> {
    await this.asking(() => this.press(at, 'left', held));
  }

  /** A background point, by the right button or by Shift. */
  async backgroundClick(at: ImagePoint, how: 'right' | 'shift' = 'right'): Promise<void> {
    await this.asking(() =>
      this.press(at, how === 'right' ? 'right' : 'left', how === 'shift' ? ['Shift'] : []),
    );
  }

  /** Several points while Ctrl is held, answered together when it is let go. */
  async clickTogether(points: readonly ImagePoint[]): Promise<void> {
    await this.page.keyboard.down('Control');
    for (const point of points) await this.press(point, 'left');
    await this.asking(() => this.page.keyboard.up('Control'));
  }

  async box(from: ImagePoint, to: ImagePoint): Promise<void> {
    await this.asking(() => this.drag([from, to]));
  }

  /** Draws through the points with the tool in hand. */
  async drag(points: readonly ImagePoint[]): Promise<void> {
    const [first, ...rest] = await Promise.all(points.map((point) => this.screen(point)));
    if (!first) throw new Error('a stroke has points');
    await this.page.mouse.move(first.x, first.y);
    await this.page.mouse.down();
    for (const { x, y } of rest) await this.page.mouse.move(x, y, { steps: 8 });
    await this.page.mouse.up();
  }

  /** A click that no decoder answers: in another tool, or by somebody who may only look. */
  async press(
    at: ImagePoint,
    button: 'left' | 'right' = 'left',
    held: readonly Modifier[] = [],
  ): Promise<void> {
    const { x, y } = await this.screen(at);
    for (const key of held) await this.page.keyboard.down(key);
    await this.page.mouse.move(x, y);
    await this.page.mouse.down({ button });
    await this.page.mouse.up({ button });
    for (const key of held) await this.page.keyboard.up(key);
  }

  /** Turns the wheel over a point, which stays where it is, until the picture is so many times as large as the window. */
  async zoomIn(at: ImagePoint, times: number): Promise<void> {
    const { x, y } = await this.screen(at);
    await this.page.mouse.move(x, y);
    const size = () =>
      this.canvas.locator('img').evaluate((picture) => picture.getBoundingClientRect().width);
    const wanted = times * (await this.canvas.evaluate((canvas) => canvas.clientWidth));
    while ((await size()) < wanted) await this.page.mouse.wheel(0, -120);
  }

  // ---- the hand on the keys ----------------------------------------------------------------------------

  async key(chord: string): Promise<void> {
    await this.page.keyboard.press(chord);
  }

  async tool(name: 'prompt' | 'select' | 'brush' | 'eraser' | 'polygon'): Promise<void> {
    await this.key({ prompt: 'p', select: 'v', brush: 'b', eraser: 'e', polygon: 'l' }[name]);
    await this.page.locator(`[data-testid="editor-canvas"][data-tool="${name}"]`).waitFor();
  }

  /** Enter: what is prompted becomes a mask and is gone from the prompt bar. */
  async accept(): Promise<void> {
    await this.key('Enter');
    await this.idle();
  }

  /** Click and Enter: a new mask of the picture. @returns how many there are now */
  async label(...points: readonly ImagePoint[]): Promise<number> {
    const before = await this.maskCount();
    for (const point of points) await this.click(point);
    await this.accept();
    return this.hasMasks(before + 1);
  }

  async chooseClass(number: number): Promise<void> {
    await this.key(String(number));
  }

  /** `/`, some letters, Enter. */
  async findClass(text: string): Promise<void> {
    await this.key('/');
    const search = this.page.getByTestId('class-search');
    await search.pressSequentially(text);
    await this.page.getByRole('option', { name: text }).first().waitFor();
    await this.key('Enter');
  }

  async undo(): Promise<void> {
    await this.key('Control+z');
  }

  async redo(): Promise<void> {
    await this.key('Control+Shift+z');
  }

  /** Z: from then on prompts inside are asked in what is on the screen. */
  async closeUp(): Promise<void> {
    await this.key('z');
    await this.closeUpIs('open');
  }

  async closeUpIs(state: 'loading' | 'open' | 'failed'): Promise<void> {
    await this.page
      .locator(`[data-testid="close-up-status"][data-state="${state}"]`)
      .waitFor({ timeout: OPEN_MS });
  }

  // ---- what is seen ------------------------------------------------------------------------------------

  /** The mask that is being prompted or hovered. */
  preview(): Locator {
    return this.page.getByTestId('preview-layer');
  }

  /** Does what asks the decoder, and waits for this answer: the one before may still be on the screen. */
  private async asking(gesture: () => Promise<void>): Promise<void> {
    const answers = () =>
      performance
        .getEntriesByName('maskloop:decode')
        .filter((entry) => (entry as PerformanceMeasure).detail?.purpose === 'prompt').length;
    const before = await this.page.evaluate(answers);
    await gesture();
    await this.page.waitForFunction(
      (count) =>
        performance
          .getEntriesByName('maskloop:decode')
          .filter((entry) => (entry as PerformanceMeasure).detail?.purpose === 'prompt').length > count,
      before,
      { timeout: ANSWER_MS },
    );
    await this.answered();
  }

  /** No prompt waits for its answer. */
  async answered(): Promise<void> {
    await this.page
      .locator('[data-testid="candidates"][data-waiting="false"]')
      .waitFor({ timeout: ANSWER_MS });
  }

  /** Nothing is being prompted. */
  async idle(): Promise<void> {
    await this.page.getByTestId('candidates').waitFor({ state: 'detached', timeout: ANSWER_MS });
  }

  /** What the candidates say of themselves, and which one is chosen. */
  async offered(): Promise<{ scores: number[]; chosen: number }> {
    return this.candidates.evaluateAll((buttons) => ({
      scores: buttons.map((button) => Number(button.lastElementChild?.textContent)),
      chosen: buttons.findIndex((button) => button.getAttribute('aria-pressed') === 'true'),
    }));
  }

  async maskCount(): Promise<number> {
    return Number(await this.page.getByTestId('mask-count').textContent());
  }

  /** Waits until the list counts so many masks. */
  async hasMasks(count: number): Promise<number> {
    await this.page
      .getByTestId('mask-count')
      .filter({ hasText: new RegExp(`^${count}$`) })
      .waitFor({ timeout: ANSWER_MS });
    return count;
  }

  async hasStatus(status: SaveStatus, timeout = ANSWER_MS): Promise<void> {
    await this.page.locator(`[data-testid="save-status"][data-state="${status}"]`).waitFor({ timeout });
  }

  /** Everything is on the server, as the editor says. */
  async saved(timeout = 60_000): Promise<void> {
    await this.hasStatus('saved', timeout);
  }

  notice(name: string): Locator {
    return this.page.getByTestId(`notice-${name}`);
  }

  /** Pixels of the picture → of the window, as the picture lies now. */
  async screen({ x, y }: ImagePoint): Promise<ImagePoint> {
    return this.canvas.locator('img').evaluate(
      (picture: HTMLElement, at) => {
        const world = picture.parentElement as HTMLElement;
        const { left, top, width } = world.getBoundingClientRect();
        const zoom = width / world.offsetWidth;
        return { x: left + at.x * zoom, y: top + at.y * zoom };
      },
      { x, y },
    );
  }

  /** Pixels that saved masks paint around a point, 0..1 of those looked at. */
  async paintedAt(at: ImagePoint): Promise<number> {
    return this.page.getByTestId('mask-layer').evaluate(
      (layer, { x, y }) => {
        const canvas = layer as HTMLCanvasElement;
        const scale = canvas.width / (canvas.parentElement as HTMLElement).offsetWidth;
        const pixels = canvas.getContext('2d')?.getImageData(x * scale - 2, y * scale - 2, 5, 5).data ?? [];
        let painted = 0;
        for (let i = 3; i < pixels.length; i += 4) if ((pixels[i] ?? 0) > 0) painted++;
        return painted / 25;
      },
      { x: at.x, y: at.y },
    );
  }
}
