import { material } from '../material.ts';
import { lathe, smooth, wall } from '../profile.ts';
import { bowl, glaze, steel } from '../props/crockery.ts';
import { bellPepper, carrot, lemon, lemonHalf, tomato } from '../props/fruit.ts';
import { bottle, clearGlass, greenGlass, whiteWine } from '../props/glassware.ts';
import { backWall, room, table, windowAt } from '../props/room.ts';
import { knife } from '../props/tools.ts';
import { box, tube, union } from '../sdf.ts';
import { marble, tileRelief, tiles, wood, woodRelief } from '../textures.ts';
import { hex } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** Vegetables on a board in front of kitchen tiles. */
export const kitchen: SceneDefinition = {
  name: 'kitchen',
  title: 'Vegetables in the kitchen',
  shape: 'landscape',
  build(scene) {
    table(scene, 110, 36, material(marble('#ecebe8', '#5d6168', 0.8), { rough: 0.16, shine: 0.045 }));
    backWall(
      scene,
      -38,
      material(tiles('#dfe9e4', '#b9b5aa', 15, 7.5, true), {
        rough: 0.14,
        shine: 0.05,
        bump: tileRelief(15, 7.5, true),
      }),
    );
    const board = scene.object('board', { at: [-5, 0, 6], yaw: -6 });
    board.add(
      box(20, 1, 12.5, 0.4),
      material(wood('#c9965a', '#8d5a2b', 5), { rough: 0.5, bump: woodRelief() }),
      { at: [0, 1, 0] },
    );
    knife(scene, { at: [-4, 2, 14], yaw: 6 });
    tomato(scene, { at: [-16, 2, 4], yaw: 20 }, 3.3);
    tomato(scene, { at: [-10.5, 2, 0.2], yaw: 130 }, 3);
    lemonHalf(scene, { at: [1.5, 4.6, 7], pitch: 42, yaw: 20 }, 2.9);
    carrot(scene, { at: [7, 2, 3.5], yaw: -34 }, 16);
    bellPepper(scene, { at: [20.5, 0, 2], yaw: 40, roll: 4 }, '#d79a12', 4);
    bellPepper(scene, { at: [27, 0, -6], yaw: 120 }, '#b8201a', 3.8);
    bellPepper(scene, { at: [19, 0, -9], yaw: 10 }, '#3d7a2c', 3.6);
    lemon(scene, { at: [24, 0, 13], yaw: -20 });
    const pot = scene.object('pot', { at: [-25, 0, -14], yaw: 25 });
    pot.add(
      lathe(
        wall(
          smooth(
            [
              [0, 0],
              [9.4, 0],
              [10, 0.5],
              [10, 6],
              [10, 12.4],
            ],
            false,
            8,
          ),
          0.3,
          0.5,
        ),
      ),
      steel,
    );
    const lid = pot.part('lid');
    pot.add(
      lathe([
        [0, 12.7],
        [10.2, 12.7],
        [10.25, 13],
        [7, 14.4],
        [3, 15.2],
        [0, 15.4],
      ]),
      steel,
      { part: lid },
    );
    pot.add(
      union(
        lathe([
          [0, 15.2],
          [0.7, 15.2],
          [0.6, 16.2],
          [1.9, 16.6],
          [1.8, 17.5],
          [0, 17.8],
        ]),
      ),
      material(hex('#2a2624'), { rough: 0.3 }),
      { part: pot.part('knob') },
    );
    for (const side of [1, -1]) {
      pot.add(
        tube(
          [
            [9.8 * side, 9.4, -2.6],
            [12.6 * side, 9.8, -2],
            [12.6 * side, 9.8, 2],
            [9.8 * side, 9.4, 2.6],
          ],
          0.5,
          12,
        ),
        steel,
        { part: pot.part('handle') },
      );
    }
    bottle(
      scene,
      { at: [-6, 0, -17], yaw: 5 },
      { kind: 'tall', look: clearGlass, fill: [whiteWine, 20], cork: true },
    );
    bottle(
      scene,
      { at: [1.5, 0, -21] },
      { kind: 'wine', look: greenGlass, label: ['#f0e7c8', '#3d5a2a'], cork: true },
    );
    bowl(scene, { at: [11, 0, -17] }, 8, 6, glaze('#2f6d8c'));
    return {
      camera: { from: [8, 33, 78], to: [-0.5, 9.6, -4], angle: 48, lens: 0.3 },
      lights: [windowAt([-100, 90, 60], 2.9, [1, 0.98, 0.95], [80, 90])],
      surroundings: room(0.36, [1, 1, 1]),
      exposure: 0.85,
    };
  },
};
