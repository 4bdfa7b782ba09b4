import { edgesOf, type MaskId } from '@maskloop/domain';
import type { Box, Point, Size } from '@maskloop/sam-core';
import { type Diff, touchedBy } from './diff.ts';
import { byPaintOrder, type MaskDocument, type MaskRecord } from './records.ts';
import { holds, intersect, isInBox, RunCache, type RunEnds, runAt } from './runs.ts';

/** Larger pictures are labelled at a part of their size; a map of this side still has a cell for each screen pixel. */
const LONGEST_SIDE = 4096;

/**
 * Which mask is on top, for each pixel: one array for all masks of a picture. Painting, hit tests and coverage read
 * it; nothing is kept for each mask but its run ends.
 */
export class LabelMap {
  readonly image: Size;
  /** cells per image pixel, 1 or less */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  /** slot of the topmost mask, 0 = none; row-major */
  readonly labels: Uint16Array;
  readonly runs = new RunCache();
  readonly #slots = new Map<MaskId, number>();
  readonly #records: (MaskRecord | null)[] = [null];
  readonly #free: number[] = [];

  constructor(image: Size) {
    this.image = image;
    this.scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    this.width = Math.max(1, Math.round(image.width * this.scale));
    this.height = Math.max(1, Math.round(image.height * this.scale));
    this.labels = new Uint16Array(this.width * this.height);
  }

  /** The mask in a slot, for colours. */
  at(slot: number): MaskRecord | null {
    return this.#records[slot] ?? null;
  }

  get slotCount(): number {
    return this.#records.length;
  }

  /**
   * Takes a change over.
   * @param isShown masks it denies are left out
   * @returns the cells to draw again, far edges exclusive; null when there are none
   */
  apply(document: MaskDocument, diff: Diff, isShown: (id: MaskId) => boolean): Box | null {
    const touched = [...diff.added, ...diff.removed, ...diff.updated.flat()];
    let dirty: Box | null = null;
    for (const { box } of touched) dirty = cover(dirty, this.cellsOf(edgesOf(box)));
    for (const id of touchedBy(diff)) this.#place(id, document.get(id) ?? null);
    if (dirty) this.repaint(document, dirty, isShown);
    return dirty;
  }

  /** Labels a rectangle of cells anew, from the lowest mask to the topmost. */
  repaint(document: MaskDocument, cells: Box, isShown: (id: MaskId) => boolean): void {
    const area = intersect(cells, { x0: 0, y0: 0, x1: this.width, y1: this.height });
    if (area === null) return;
    for (let y = area.y0; y < area.y1; y++) {
      this.labels.fill(0, y * this.width + area.x0, y * this.width + area.x1);
    }
    const records = [...document.values()].filter((record) => isShown(record.id)).sort(byPaintOrder);
    for (const record of records) {
      const part = intersect(area, this.cellsOf(edgesOf(record.box)));
      if (part) this.#fill(this.runs.of(record), part, this.#slot(record));
    }
  }

  /** Everything, e.g. after loading. */
  repaintAll(document: MaskDocument, isShown: (id: MaskId) => boolean): Box {
    const all = { x0: 0, y0: 0, x1: this.width, y1: this.height };
    this.repaint(document, all, isShown);
    return all;
  }

  /** The topmost mask under a point of the image: one look-up. */
  top(point: Point): MaskId | null {
    const x = Math.floor(point.x * this.scale);
    const y = Math.floor(point.y * this.scale);
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return null;
    return this.at(this.labels[y * this.width + x] ?? 0)?.id ?? null;
  }

  /** All masks under a point of the image, topmost first, exact to the pixel. */
  all(document: MaskDocument, point: Point, isShown: (id: MaskId) => boolean): MaskId[] {
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    return [...document.values()]
      .filter((record) => isInBox(record.box, point) && isShown(record.id))
      .filter((record) => holds(this.runs.of(record), this.image.height, x, y))
      .sort(byPaintOrder)
      .reverse()
      .map((record) => record.id);
  }

  /** Share of the picture under any mask, 0..1. */
  coverage(): number {
    let covered = 0;
    for (const label of this.labels) if (label !== 0) covered++;
    return covered / this.labels.length;
  }

  #slot(record: MaskRecord): number {
    return this.#slots.get(record.id) ?? this.#place(record.id, record);
  }

  #place(id: MaskId, record: MaskRecord | null): number {
    const known = this.#slots.get(id);
    if (record === null) {
      if (known === undefined) return 0;
      this.#slots.delete(id);
      this.#records[known] = null;
      this.#free.push(known);
      return 0;
    }
    const slot = known ?? this.#free.pop() ?? this.#records.length;
    this.#slots.set(id, slot);
    this.#records[slot] = record;
    return slot;
  }

  /** Image pixels → cells, rounded outwards and cut to the picture. */
  cellsOf(box: Box): Box {
    const { scale } = this;
    return {
      x0: Math.max(0, Math.floor(box.x0 * scale)),
      y0: Math.max(0, Math.floor(box.y0 * scale)),
      x1: Math.min(this.width, Math.ceil(box.x1 * scale)),
      y1: Math.min(this.height, Math.ceil(box.y1 * scale)),
    };
  }

  #fill(ends: RunEnds, area: Box, slot: number): void {
    const { labels, width, scale } = this;
    const { height } = this.image;
    for (let x = area.x0; x < area.x1; x++) {
      // the image column whose centre the cell's centre falls into
      const column = Math.min(this.image.width - 1, Math.floor((x + 0.5) / scale)) * height;
      const from = column + Math.floor((area.y0 + 0.5) / scale);
      const to = column + Math.min(height, Math.floor((area.y1 - 0.5) / scale) + 1);
      for (let run = runAt(ends, from); run < ends.length; run++) {
        const start = Math.max(from, ends[run - 1] ?? 0);
        if (start >= to) break;
        if ((run & 1) === 0) continue;
        const stop = Math.min(to, ends[run] ?? 0);
        const y0 = Math.max(area.y0, Math.ceil((start - column) * scale - 0.5));
        const y1 = Math.min(area.y1, Math.ceil((stop - column) * scale - 0.5));
        for (let at = y0 * width + x, last = y1 * width + x; at < last; at += width) labels[at] = slot;
      }
    }
  }
}

function cover(a: Box | null, b: Box): Box {
  if (a === null) return b;
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  };
}
