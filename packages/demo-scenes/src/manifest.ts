import type { SceneClass } from './classes.ts';
import type { LabelledObject } from './label-map.ts';

/** Value of `format` in `scenes.json`; the number goes up when a reader would have to change. */
export const DEMO_FORMAT = 'maskloop-demo/1';

/** One picture in `scenes.json`. Paths are relative to the JSON file, with forward slashes. */
export interface DemoPicture {
  readonly name: string;
  readonly title: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** JPEG. */
  readonly image: string;
  /** 8-bit greyscale PNGs of the picture's size: the grey value is an object's id, 0 is none. */
  readonly masks: { readonly wholes: string; readonly parts: string };
  /** Wholes have parent null and lie in `masks.wholes`, parts name their whole and lie in `masks.parts`. */
  readonly objects: readonly LabelledObject[];
}

/** `scenes.json`: what the rendered pictures show. */
export interface DemoManifest {
  readonly format: typeof DEMO_FORMAT;
  readonly title: string;
  /** SPDX id. */
  readonly licence: 'CC0-1.0';
  readonly attribution: string;
  readonly generator: { readonly script: string; readonly seed: number; readonly samples: number };
  readonly classes: readonly SceneClass[];
  readonly pictures: readonly DemoPicture[];
}
