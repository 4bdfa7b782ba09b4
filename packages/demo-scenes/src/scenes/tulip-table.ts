import { material } from '../material.ts';
import { brass, cupAndSaucer, glaze, plate, spoon } from '../props/crockery.ts';
import { apple, lemon, pear } from '../props/fruit.ts';
import { tumbler, water } from '../props/glassware.ts';
import { tulips } from '../props/plants.ts';
import { backWall, room, table, windowAt } from '../props/room.ts';
import { grainy, stripes, weave } from '../textures.ts';
import { hex } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** Tulips and tea on striped linen. */
export const tulipTable: SceneDefinition = {
  name: 'tulips',
  title: 'Tulips and tea',
  shape: 'landscape',
  build(scene) {
    table(
      scene,
      80,
      34,
      material(
        stripes('x', [
          [7, '#dcd3bf'],
          [0.5, '#5f7fa6'],
          [0.7, '#dcd3bf'],
          [1.8, '#5f7fa6'],
          [0.7, '#dcd3bf'],
          [0.5, '#5f7fa6'],
        ]),
        { rough: 0.9, bump: weave(0.18, 0.03) },
      ),
    );
    backWall(scene, -52, material(hex('#9a8fb0'), { rough: 0.95, bump: grainy(0.5, 0.1) }));
    tulips(scene, { at: [-12, 0, -8] }, glaze('#e8eef0', 0.1), [
      '#d8334a',
      '#e8862c',
      '#e3b92e',
      '#c9406f',
      '#d8334a',
      '#f0e4d0',
      '#b02a5e',
    ]);
    cupAndSaucer(scene, { at: [10, 0, 5], yaw: -30 }, glaze('#2f6f73'), 'tea');
    cupAndSaucer(scene, { at: [25, 0, -9], yaw: 200 }, glaze('#2f6f73'), 'none');
    plate(scene, { at: [-25, 0, 9] }, 10, '#f5f1e8', '#2f6f73');
    pear(scene, { at: [-27.5, 0.6, 7], yaw: 40, roll: 5 }, 3.3);
    lemon(scene, { at: [-21.5, 0.6, 10.8], yaw: 60 }, 0.85);
    apple(scene, { at: [4, 0, -12], yaw: 60 }, 'green', 3.8, true);
    tumbler(scene, { at: [-3, 0, 11] }, [water, 6.8]);
    spoon(scene, { at: [11.5, 0, 15.8], yaw: 5 }, brass);
    return {
      camera: { from: [8, 32, 84], to: [-2, 15.5, -4], angle: 46, lens: 0.4 },
      lights: [windowAt([-105, 90, 50], 3.2, [1, 0.96, 0.9], [80, 110])],
      surroundings: room(0.34, [1, 0.99, 1.04]),
      exposure: 0.92,
    };
  },
};
