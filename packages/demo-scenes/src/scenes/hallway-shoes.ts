import { material } from '../material.ts';
import { boot, shoe, shoeBox } from '../props/footwear.ts';
import { backWall, ground, room, windowAt } from '../props/room.ts';
import { ball } from '../props/toys.ts';
import { grainy, tileRelief, tiles } from '../textures.ts';
import { hex } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** Trainers, boots and a shoe box in a hallway. */
export const hallwayShoes: SceneDefinition = {
  name: 'shoes',
  title: 'Shoes in the hallway',
  shape: 'landscape',
  build(scene) {
    ground(
      scene,
      'floor',
      0,
      material(tiles('#8c6a58', '#4a4038', 20), { rough: 0.4, bump: tileRelief(20) }),
    );
    backWall(scene, -44, material(hex('#9fb08c'), { rough: 0.95, bump: grainy(0.5, 0.1) }));
    shoe(
      scene,
      { at: [-13, 0, 12], yaw: 34 },
      { side: 'left', upper: '#b02a2a', sole: '#f1ece0', lace: '#f6f2ea', accent: '#2b3b6b' },
    );
    shoe(
      scene,
      { at: [7, 0, 15], yaw: 12 },
      { side: 'right', upper: '#b02a2a', sole: '#f1ece0', lace: '#f6f2ea', accent: '#2b3b6b' },
    );
    boot(scene, { at: [-26, 0, -14], yaw: 62 }, '#d9a916', 'left');
    boot(scene, { at: [-10, 0, -17], yaw: 80 }, '#d9a916', 'right');
    shoeBox(scene, { at: [24, 0, -14], yaw: -14 }, '#37587a', '#e2dccd');
    shoe(
      scene,
      { at: [22, 12.1, -14], yaw: 168 },
      { side: 'left', upper: '#3a4a3f', sole: '#d9c9a6', lace: '#e8a53a', accent: '#e8a53a' },
    );
    ball(scene, { at: [31, 5.2, 12], pitch: 62, roll: -24 }, 5.2, ['#e7e3d8', '#2f6fa8', '#d24a35']);
    return {
      camera: { from: [-2, 46, 76], to: [1.5, 6.5, -3], angle: 50, lens: 0.4 },
      lights: [windowAt([90, 100, 65], 3.1, [1, 0.95, 0.86], [60, 90])],
      surroundings: room(0.34),
      exposure: 0.92,
    };
  },
};
