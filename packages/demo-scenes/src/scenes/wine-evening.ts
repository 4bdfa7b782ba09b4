import { material } from '../material.ts';
import { grapes } from '../props/fruit.ts';
import {
  blueGlass,
  bottle,
  brownGlass,
  clearGlass,
  cork,
  greenGlass,
  redWine,
  tumbler,
  water,
  wineGlass,
} from '../props/glassware.ts';
import { backWall, fillAt, room, table, windowAt } from '../props/room.ts';
import { grainy, wood, woodRelief } from '../textures.ts';
import { hex } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** Bottles and glasses in front of a warm wall. */
export const wineEvening: SceneDefinition = {
  name: 'bottles-and-glasses',
  title: 'Bottles and glasses',
  shape: 'portrait',
  build(scene) {
    table(scene, 70, 32, material(wood('#a37c55', '#6b4a2d', 11), { rough: 0.35, bump: woodRelief() }));
    backWall(scene, -50, material(hex('#c9d6de'), { rough: 0.95, bump: grainy(0.5, 0.1) }));
    bottle(
      scene,
      { at: [-8, 0, -8], yaw: 12 },
      { kind: 'wine', look: greenGlass, label: ['#efe6cf', '#5a1a22'], cork: true },
    );
    bottle(scene, { at: [10.5, 0, -12], yaw: -8 }, { kind: 'tall', look: clearGlass, fill: [water, 17] });
    bottle(scene, { at: [1.5, 0, -18], yaw: 0 }, { kind: 'carafe', look: blueGlass });
    bottle(
      scene,
      { at: [13, 0, 3.5], yaw: -16 },
      { kind: 'medicine', look: brownGlass, label: ['#f3ecdb', '#27402f'], cork: true },
    );
    wineGlass(scene, { at: [3.5, 0, 2] }, redWine, 14.6);
    wineGlass(scene, { at: [-13, 0, 3] });
    tumbler(scene, { at: [-4.2, 0, 7] }, [water, 6.6]);
    cork(scene, { at: [9.5, 0, 12], yaw: 40 });
    grapes(scene, { at: [-7.5, 0, 18], yaw: 16 }, 26, '#6f8f2f');
    return {
      camera: { from: [3, 27, 86], to: [0, 12.2, -4], angle: 37.5, lens: 0.25 },
      lights: [windowAt([-95, 80, 35], 3.0, [1, 0.93, 0.82], [70, 110]), fillAt([80, 70, 60], 0.5)],
      surroundings: room(0.36, [1.02, 1, 0.97]),
      exposure: 0.92,
    };
  },
};
