import { lightFrom } from '../light.ts';
import { material } from '../material.ts';
import { glaze, mug } from '../props/crockery.ts';
import { book, lamp, pencil, spectacles } from '../props/reading.ts';
import { backWall, fillAt, room, table } from '../props/room.ts';
import { grainy, wood, woodRelief } from '../textures.ts';
import { hex } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** Books and spectacles under a lit lamp in the evening. */
export const readingDesk: SceneDefinition = {
  name: 'reading-desk',
  title: 'Books under a lamp',
  shape: 'landscape',
  build(scene) {
    table(
      scene,
      90,
      40,
      material(wood('#7a4a2a', '#3f2415', 18), { rough: 0.3, shine: 0.045, bump: woodRelief() }),
    );
    backWall(scene, -42, material(hex('#39566b'), { rough: 0.95, bump: grainy(0.8, 0.1) }));
    lamp(scene, { at: [-20, 0, -14] }, 30, '#f4c27c');
    book(scene, { at: [9, 0, -8], yaw: 6 }, { size: [24, 4, 17], cover: '#6b1f24', label: '#d8b567' });
    book(scene, { at: [8, 4, -8], yaw: -5 }, { size: [22, 3, 16], cover: '#1f4a3d', label: '#e8dcc0' });
    book(scene, { at: [9, 7, -8], yaw: 12 }, { size: [20, 3.4, 14], cover: '#c07a1e', label: '#2a2320' });
    book(
      scene,
      { at: [8, 10.4, -8], yaw: -9 },
      { size: [18, 2.4, 12.5], cover: '#28406e', label: '#efe6d2' },
    );
    book(scene, { at: [-6, 0, 12], yaw: -24 }, { size: [15, 2.2, 21], cover: '#8a3b5a', label: '#f0e4cc' });
    for (const [i, [cover, width, tall]] of (
      [
        ['#7d2b23', 3.4, 23],
        ['#d9cfae', 2.6, 21],
        ['#2d5a56', 4, 24],
        ['#b3722a', 3, 20],
      ] as const
    ).entries()) {
      book(scene, { at: [31 + i * 4.1, 8, -22], roll: 90 }, { size: [16, width, tall], cover });
    }
    spectacles(scene, { at: [14, 0, 19], yaw: 22 });
    mug(scene, { at: [29, 0, 7], yaw: -30 }, { look: glaze('#d9dee2'), drink: 'tea', height: 8.6 });
    pencil(scene, { at: [-24, 0.34, 17], yaw: 28 }, '#c0392b');
    return {
      camera: { from: [-6, 34, 92], to: [4.5, 13.5, -4], angle: 45, lens: 0.4 },
      lights: [
        lightFrom({
          at: [-20, 24, -14],
          to: [-20, 0, -14],
          size: [9, 9],
          colour: [1, 0.78, 0.5],
          strength: 4.4,
          panes: [1, 1],
        }),
        lightFrom({
          at: [-18.6, 27, -11],
          to: [5, 5, 8],
          size: [6, 8],
          colour: [1, 0.76, 0.48],
          strength: 2.4,
          panes: [0, 0],
        }),
        fillAt([90, 90, 80], 0.6, [0.75, 0.85, 1]),
      ],
      surroundings: room(0.16, [0.85, 0.95, 1.15]),
      exposure: 1.25,
    };
  },
};
