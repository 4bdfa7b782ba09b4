import type { MantineColorsTuple } from '@mantine/core';

/**
 * The colours of the product. Petrol is the brand: it keeps out of the way of photos and of the reds, yellows
 * and greens that masks and states use. Coral is kept for one thing, the prompt point in the logo.
 */
export const petrol: MantineColorsTuple = [
  '#ecf7f8',
  '#d7ebee',
  '#abd7dd',
  '#7cc2cb',
  '#56b0bc',
  '#3ea4b2',
  '#2a93a2',
  '#177d8b',
  '#0a6774',
  '#02505b',
];

/** Neutral greys with a little of the brand's hue, light end first. */
export const slate: MantineColorsTuple = [
  '#f7f9f9',
  '#eef2f3',
  '#e1e7e9',
  '#d2dadd',
  '#b9c4c8',
  '#8d9ba0',
  '#647379',
  '#4c5a60',
  '#354147',
  '#20292e',
];

/** Mantine's `dark`: text first, then borders, surfaces, body. */
export const ink: MantineColorsTuple = [
  '#d3dbde',
  '#b4bfc3',
  '#97a4a9',
  '#6b787d',
  '#3b464b',
  '#2c363a',
  '#222a2e',
  '#171d20',
  '#11171a',
  '#0b1012',
];

/*
 * State colours. The dark ends are darker than Mantine's own: text of that shade on the light tint has to
 * reach a contrast of 4.5 (WCAG AA).
 */

export const green: MantineColorsTuple = [
  '#e6f6ec',
  '#d3f0de',
  '#a9dfbd',
  '#7ccf9b',
  '#55bf7d',
  '#38ad66',
  '#2b9a58',
  '#1f8249',
  '#17703d',
  '#0e5a2f',
];

export const red: MantineColorsTuple = [
  '#fdeceb',
  '#fbdcda',
  '#f5b5b1',
  '#f08f89',
  '#ea6d66',
  '#df4c45',
  '#cc3931',
  '#b3261e',
  '#9b1f18',
  '#7f1712',
];

export const orange: MantineColorsTuple = [
  '#fff3e6',
  '#fde6cf',
  '#f9cda2',
  '#f5b373',
  '#f09b4b',
  '#e4822b',
  '#cf6c14',
  '#b2580b',
  '#964807',
  '#793904',
];
