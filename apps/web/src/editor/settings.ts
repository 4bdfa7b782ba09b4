import { type Cell, cell } from './store.ts';

/** What a mask's colour tells. */
export const COLOURINGS = ['class', 'instance', 'provenance', 'confidence'] as const;
export type ColourBy = (typeof COLOURINGS)[number];

/** What a person sets up once and finds again; kept in this browser. */
export interface Settings {
  readonly brushSize: number;
  readonly brushShape: 'round' | 'square';
  /** opacity of saved masks, 0..1 */
  readonly opacity: number;
  readonly outlineOnly: boolean;
  readonly crosshair: boolean;
  /** what no mask claims, drawn faintly */
  readonly coverage: boolean;
  readonly colourBy: ColourBy;
  readonly filmstrip: boolean;
  readonly webgpu: boolean;
  /** empty: the person's own, from their account */
  readonly preset: string;
}

export const DEFAULT_SETTINGS: Settings = {
  brushSize: 24,
  brushShape: 'round',
  opacity: 0.7,
  outlineOnly: false,
  crosshair: false,
  coverage: false,
  colourBy: 'class',
  filmstrip: true,
  webgpu: false,
  preset: '',
};

const KEY = 'maskloop.editor.settings';

/** Settings that write themselves back. A browser that refuses storage still works. */
export function storedSettings(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined): Cell<Settings> {
  const settings = cell<Settings>({ ...DEFAULT_SETTINGS, ...read() });
  settings.subscribe(() => {
    try {
      storage?.setItem(KEY, JSON.stringify(settings.get()));
    } catch {
      // storage is full or forbidden: the settings last as long as the page
    }
  });
  return settings;

  function read(): Partial<Settings> {
    try {
      const found: unknown = JSON.parse(storage?.getItem(KEY) ?? '{}');
      if (typeof found !== 'object' || found === null) return {};
      const known = Object.entries(DEFAULT_SETTINGS).flatMap(([name, value]) => {
        const stored = (found as Record<string, unknown>)[name];
        return typeof stored === typeof value ? [[name, stored]] : [];
      });
      return Object.fromEntries(known) as Partial<Settings>;
    } catch {
      return {};
    }
  }
}
