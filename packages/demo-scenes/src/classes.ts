/** A thing can be counted; stuff (a table, a wall) has no instances. */
export type ClassKind = 'thing' | 'stuff';

export interface SceneClass {
  readonly name: string;
  /** sRGB, `#rrggbb`; distinct from its neighbours in the list. */
  readonly color: string;
  readonly kind: ClassKind;
}

const THINGS = [
  'apple',
  'pear',
  'orange',
  'lemon',
  'banana',
  'grape',
  'tomato',
  'bell pepper',
  'carrot',
  'mug',
  'cup',
  'saucer',
  'plate',
  'bowl',
  'teapot',
  'egg',
  'egg cup',
  'spoon',
  'knife',
  'book',
  'lamp',
  'glasses',
  'pencil',
  'pencil cup',
  'eraser',
  'ruler',
  'notebook',
  'toy block',
  'ball',
  'toy train',
  'ring tower',
  'bottle',
  'glass',
  'cork',
  'jar',
  'pot',
  'board',
  'plant',
  'watering can',
  'vase',
  'flower',
  'hammer',
  'screwdriver',
  'spanner',
  'nut',
  'screw',
  'tape',
  'paint tin',
  'shoe',
  'boot',
  'box',
  'doughnut',
  'macaron',
  'cupcake',
  'lollipop',
  'sweet',
] as const;

const PARTS = [
  'handle',
  'body',
  'stem',
  'leaf',
  'peel',
  'spout',
  'lid',
  'knob',
  'blade',
  'head',
  'pages',
  'label',
  'shade',
  'foot',
  'arm',
  'bulb',
  'tip',
  'spiral',
  'wheel',
  'cabin',
  'boiler',
  'chimney',
  'waggon',
  'ring',
  'peg',
  'letter',
  'drink',
  'cap',
  'flowerpot',
  'soil',
  'blossom',
  'shaft',
  'paint',
  'rim',
  'sole',
  'upper',
  'lace',
  'tongue',
  'icing',
  'dough',
  'filling',
  'cream',
  'cherry',
  'wrapper',
  'candy',
  'stick',
] as const;

const STUFF = ['table', 'wall', 'floor', 'cloth', 'rug'] as const;

/** Every class name that a scene may use. */
export type ClassName = (typeof THINGS)[number] | (typeof PARTS)[number] | (typeof STUFF)[number];

/** The demo project's classes: whole things, then their parts, then stuff. */
export const CLASSES: readonly SceneClass[] = [
  ...THINGS.map((name) => ({ name, kind: 'thing' as const })),
  ...PARTS.map((name) => ({ name, kind: 'thing' as const })),
  ...STUFF.map((name) => ({ name, kind: 'stuff' as const })),
].map(({ name, kind }, index) => ({ name, color: colorOf(index), kind }));

/** Golden-angle walk round the hues with three lightnesses: neighbours never look alike. */
function colorOf(index: number): string {
  const hue = (index * 137.508) % 360;
  const light = [0.56, 0.44, 0.68][index % 3] as number;
  const saturation = [0.72, 0.6, 0.85][Math.floor(index / 3) % 3] as number;
  const reach = saturation * Math.min(light, 1 - light);
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    const value = light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
