import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LEAST_AREA, labelMap } from './label-map.ts';
import { render } from './render.ts';
import { buildScene, pictureSize } from './scenes/definition.ts';
import { SCENES } from './scenes/index.ts';

const digest = (...buffers: (Uint8Array | Uint16Array)[]) => {
  const hash = createHash('sha256');
  for (const buffer of buffers)
    hash.update(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
  return hash.digest('hex');
};

const small = (index: number, seed: number, longest = 48) => {
  const definition = SCENES[index];
  if (!definition) throw new Error(`no scene ${index}`);
  const scene = buildScene(definition, seed);
  return { scene, rendered: render(scene, { ...pictureSize(definition.shape, longest), samples: 2 }) };
};

describe('render', () => {
  test('the same seed gives the same bytes', () => {
    const [a, b] = [small(0, 7).rendered, small(0, 7).rendered];
    expect(digest(a.pixels, a.wholes, a.parts)).toBe(digest(b.pixels, b.wholes, b.parts));
  });

  test('another seed moves what is scattered', () => {
    const [a, b] = [small(0, 7).rendered, small(0, 8).rendered];
    expect(digest(a.wholes)).not.toBe(digest(b.wholes));
  });

  test('more samples change the colours and not the masks', () => {
    const { scene, rendered } = small(0, 1);
    const more = render(scene, { width: rendered.width, height: rendered.height, samples: 3 });
    expect(digest(more.wholes, more.parts)).toBe(digest(rendered.wholes, rendered.parts));
    expect(digest(more.pixels)).not.toBe(digest(rendered.pixels));
  });
});

describe('scenes', () => {
  test.each(SCENES.map(({ name }, index) => [name, index] as const))(
    '%s: every pixel has one whole, and its part belongs to that whole',
    (_name, index) => {
      const { scene, rendered } = small(index, 1, 120);
      const objects = new Map(scene.objects.map((object) => [object.id, object]));
      let misfits = 0;
      rendered.parts.forEach((part, p) => {
        const whole = rendered.wholes[p] as number;
        if (whole !== 0 && objects.get(whole)?.parent !== 0) misfits++;
        if (part !== 0 && objects.get(part)?.parent !== whole) misfits++;
      });
      expect(misfits).toBe(0);
      const map = labelMap(rendered, scene.objects);
      expect(map.objects.length).toBeGreaterThan(3);
      for (const { area } of map.objects) expect(area).toBeGreaterThanOrEqual(LEAST_AREA);
    },
  );

  test('names are unique and fit for files', () => {
    const names = SCENES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});
