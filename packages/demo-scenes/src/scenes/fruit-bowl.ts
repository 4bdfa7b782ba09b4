import { material } from '../material.ts';
import { bowl, stoneware } from '../props/crockery.ts';
import { apple, bananas, grapes, lemon, orange, pear } from '../props/fruit.ts';
import { backWall, room, table, windowAt } from '../props/room.ts';
import { grainy, wood, woodRelief } from '../textures.ts';
import { hex } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** A bowl of fruit by a window, some of it on the table. */
export const fruitBowl: SceneDefinition = {
  name: 'fruit-bowl',
  title: 'Fruit bowl',
  shape: 'landscape',
  build(scene) {
    table(scene, 75, 42, material(wood('#b98352', '#6b3f1f', 14), { rough: 0.4, bump: woodRelief() }));
    backWall(scene, -75, material(hex('#77888a'), { rough: 0.9, bump: grainy(0.7, 0.12) }));
    bowl(scene, { at: [-5, 0, -2] }, 14, 9, stoneware('#d9d3c4'));
    apple(scene, { at: [-10.5, 4.6, 1], roll: 14, yaw: 30 }, 'red', 4, true);
    orange(scene, { at: [-3.4, 4.4, 3.2], roll: -8 });
    apple(scene, { at: [-3.0, 4.2, -5.6], pitch: -10, yaw: 80 }, 'green', 4.1);
    orange(scene, { at: [-11, 4.6, -6.8], roll: 20 }, 3.6);
    pear(scene, { at: [3.6, 6.0, -1.8], roll: -32, pitch: 4 });
    apple(scene, { at: [-6.6, 10.2, -1.6], roll: -12, yaw: 140 }, 'pink', 3.7, true);
    lemon(scene, { at: [16, 0, 9], yaw: 35 }, 0.95);
    apple(scene, { at: [-24, 0, 9], yaw: 200, roll: 6 }, 'red', 4, false);
    bananas(scene, { at: [21, 0, -5], yaw: -24 }, 3);
    grapes(scene, { at: [1, 0, 18], yaw: 8 }, 30);
    orange(scene, { at: [-27, 0, -4] }, 3.9);
    return {
      camera: { from: [6, 30, 76], to: [-1, 4.5, 0], angle: 42, lens: 0.35 },
      lights: [windowAt([-105, 85, 45], 3.5, [1, 0.95, 0.87], [70, 100])],
      surroundings: room(0.32, [0.95, 0.98, 1.05]),
      exposure: 0.95,
    };
  },
};
