/** Everything a key can do in the editor, in the order in which the list of keys shows it. */
export const ACTION_GROUPS = {
  prompting: [
    'accept',
    'accept-keep',
    'back',
    'cancel',
    'candidate-next',
    'candidate-previous',
    'reprompt',
    'close-up',
  ],
  tools: [
    'tool-select',
    'tool-prompt',
    'tool-brush',
    'tool-eraser',
    'tool-polygon',
    'brush-smaller',
    'brush-larger',
    'brush-shape',
  ],
  masks: [
    'judge-accept',
    'judge-reject',
    'keep-shown',
    'reject-hidden',
    'class-shown',
    'delete',
    'uncovered',
    'undo',
    'redo',
  ],
  classes: [
    'class-1',
    'class-2',
    'class-3',
    'class-4',
    'class-5',
    'class-6',
    'class-7',
    'class-8',
    'class-9',
    'class-search',
  ],
  looking: [
    'fit',
    'actual-size',
    'zoom-in',
    'zoom-out',
    'hide-all',
    'outline-only',
    'opacity-less',
    'opacity-more',
    'colour-by',
    'coverage',
    'crosshair',
  ],
  cursor: ['cursor-left', 'cursor-right', 'cursor-up', 'cursor-down', 'cursor-point', 'cursor-background'],
  moving: ['previous', 'next', 'submit', 'skip', 'filmstrip', 'help'],
} as const;
export type ActionGroup = keyof typeof ACTION_GROUPS;
export type Action = (typeof ACTION_GROUPS)[ActionGroup][number];
export const ACTIONS: readonly Action[] = Object.values(ACTION_GROUPS).flat();

/** A key with its modifiers, e.g. `Ctrl+Shift+Z`; `Ctrl` is Cmd on a Mac. */
export type Chord = string;
export type KeyMap = Readonly<Record<Action, readonly Chord[]>>;

/**
 * Maskloop's own keys. `0` fits the picture, as it does in most viewers; the tenth class has `0` only while the
 * class list is open, where no picture is meant.
 */
export const MASKLOOP_KEYS: KeyMap = {
  accept: ['Enter'],
  'accept-keep': ['Shift+Enter'],
  back: ['Backspace'],
  cancel: ['Escape'],
  'candidate-next': ['Tab'],
  'candidate-previous': ['Shift+Tab'],
  reprompt: ['R'],
  'close-up': ['Z'],
  'tool-select': ['V'],
  'tool-prompt': ['P'],
  'tool-brush': ['B'],
  'tool-eraser': ['E'],
  'tool-polygon': ['L'],
  'brush-smaller': ['['],
  'brush-larger': [']'],
  'brush-shape': ['\\'],
  'judge-accept': ['Y'],
  'judge-reject': ['U'],
  'keep-shown': ['Shift+Y'],
  'reject-hidden': ['Shift+U'],
  'class-shown': ['Shift+K'],
  delete: ['Delete'],
  uncovered: ['J'],
  undo: ['Ctrl+Z'],
  redo: ['Ctrl+Shift+Z', 'Ctrl+Y'],
  'class-1': ['1'],
  'class-2': ['2'],
  'class-3': ['3'],
  'class-4': ['4'],
  'class-5': ['5'],
  'class-6': ['6'],
  'class-7': ['7'],
  'class-8': ['8'],
  'class-9': ['9'],
  'class-search': ['/'],
  fit: ['0', 'F'],
  'actual-size': ['Shift+1'],
  'zoom-in': ['+', '='],
  'zoom-out': ['-'],
  'hide-all': ['H'],
  'outline-only': ['O'],
  'opacity-less': [','],
  'opacity-more': ['.'],
  'colour-by': ['G'],
  coverage: ['Shift+J'],
  crosshair: ['K'],
  'cursor-left': ['Shift+ArrowLeft'],
  'cursor-right': ['Shift+ArrowRight'],
  'cursor-up': ['Shift+ArrowUp'],
  'cursor-down': ['Shift+ArrowDown'],
  'cursor-point': ['C'],
  'cursor-background': ['Shift+C'],
  previous: ['A', 'ArrowLeft'],
  next: ['D', 'ArrowRight'],
  submit: ['Ctrl+Enter'],
  skip: ['X'],
  filmstrip: ['Shift+F'],
  help: ['?'],
};

/** Habits of other tools: what differs from Maskloop's own keys. */
const PRESET_CHANGES = {
  maskloop: {},
  cvat: {
    accept: ['N', 'Enter'],
    next: ['F', 'ArrowRight'],
    previous: ['D', 'ArrowLeft'],
    fit: ['0'],
    submit: ['Ctrl+Enter', 'Ctrl+S'],
  },
  'label-studio': {
    'judge-accept': ['Alt+A'],
    submit: ['Ctrl+Enter'],
    skip: ['Ctrl+Space', 'X'],
    'hide-all': ['Ctrl+H', 'H'],
    'zoom-in': ['Ctrl++', '+', '='],
    'zoom-out': ['Ctrl+-', '-'],
    delete: ['Ctrl+Backspace', 'Delete'],
  },
  labelme: {
    'tool-polygon': ['Ctrl+N', 'L'],
    'tool-select': ['Ctrl+J', 'V'],
    fit: ['Ctrl+F', '0', 'F'],
    'zoom-in': ['Ctrl++', '+', '='],
    'zoom-out': ['Ctrl+-', '-'],
    submit: ['Ctrl+Enter', 'Ctrl+S'],
  },
} as const satisfies Record<string, Partial<Record<Action, readonly Chord[]>>>;
export type Preset = keyof typeof PRESET_CHANGES;
export const PRESETS = Object.keys(PRESET_CHANGES) as Preset[];

/** @param preset a name as it is stored with the person; unknown ones mean Maskloop's own */
export function keysOf(preset: string): KeyMap {
  const changes = PRESETS.find((each) => each === preset) ?? 'maskloop';
  return { ...MASKLOOP_KEYS, ...PRESET_CHANGES[changes] };
}

/** A chord that two actions claim. */
export interface KeyConflict {
  readonly chord: Chord;
  readonly actions: readonly Action[];
}

/** @returns every chord that means two things; a preset is usable when there are none */
export function conflictsOf(keys: KeyMap): KeyConflict[] {
  const byChord = new Map<Chord, Action[]>();
  for (const action of ACTIONS) {
    for (const chord of keys[action]) byChord.set(chord, [...(byChord.get(chord) ?? []), action]);
  }
  return [...byChord]
    .filter(([, actions]) => actions.length > 1)
    .map(([chord, actions]) => ({ chord, actions }));
}

/** The part of a keyboard event that says which key it was. */
export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** @returns what a key press means; null when it means nothing here */
export function actionFor(pressed: Pressed, keys: KeyMap): Action | null {
  const chords = chordsOf(pressed);
  return ACTIONS.find((action) => keys[action].some((chord) => chords.includes(chord))) ?? null;
}

/**
 * The ways to write a key press down. A letter counts by what is printed on it; under an input method that is not
 * Latin (Korean, Japanese) by its place, so that shortcuts work without switching. A symbol that needs Shift on this
 * layout is written without it.
 */
export function chordsOf({ key, code, ctrlKey, metaKey, shiftKey, altKey }: Pressed): Chord[] {
  const latin = /^[a-z]$/i.test(key) ? key.toUpperCase() : /^Key([A-Z])$/.exec(code)?.[1];
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  const held = `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}`;
  const shifted = `${held}${shiftKey ? 'Shift+' : ''}`;
  // on a layout that has a symbol where A to Z is printed elsewhere, the symbol counts
  const isSymbol = /^[!-@[-`{-~]$/.test(key);
  if (latin !== undefined && !isSymbol) return [shifted + latin];
  const found = [shifted + (key === ' ' ? 'Space' : key)];
  if (digit !== undefined) found.push(shifted + digit);
  if (shiftKey && key.length === 1 && key !== ' ') found.push(held + key);
  return found;
}
