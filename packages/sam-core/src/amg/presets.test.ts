import { expect, test } from 'vitest';
import { AMG_PRESETS, amgPrompts } from './presets.ts';

test("prompts are counted over the image and its crops; SA-1B's settings ask 3,072", () => {
  expect(amgPrompts(AMG_PRESETS.reference)).toBe(32 * 32);
  expect(amgPrompts(AMG_PRESETS['sa-1b'])).toBe(32 * 32 + 4 * 16 * 16 + 16 * 8 * 8);
  expect(amgPrompts(AMG_PRESETS.embedded)).toBe(24 * 24);
});
