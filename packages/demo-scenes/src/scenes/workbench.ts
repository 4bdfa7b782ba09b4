import { material } from '../material.ts';
import { pencil } from '../props/reading.ts';
import { ground, room, windowAt } from '../props/room.ts';
import { hammer, nut, paintTin, screw, screwdriver, spanner, tape } from '../props/tools.ts';
import { wood, woodRelief } from '../textures.ts';
import type { SceneDefinition } from './definition.ts';

/** Tools on a scarred bench, seen almost from straight above. */
export const workbench: SceneDefinition = {
  name: 'workbench',
  title: 'Tools on a bench',
  shape: 'landscape',
  build(scene) {
    ground(
      scene,
      'table',
      0,
      material(wood('#9c948a', '#5c534a', 9.5), { rough: 0.65, bump: woodRelief(0.03) }),
    );
    hammer(scene, { at: [-9, 0, -9], yaw: 22 });
    screwdriver(scene, { at: [6, 0, 3], yaw: -32 }, '#d23b1f');
    screwdriver(scene, { at: [-17, 0, 7], yaw: 160 }, '#2a62a8');
    spanner(scene, { at: [18, 0, 13], yaw: 18 }, 20);
    spanner(scene, { at: [-3, 0, 15], yaw: -8 }, 15);
    paintTin(scene, { at: [19, 0, -10], yaw: 60 }, '#2f8f83');
    tape(scene, { at: [-25, 0, 14.5] }, '#e0b52c');
    tape(scene, { at: [10, 0, -18] }, '#2c2e33', 3.4);
    pencil(scene, { at: [10, 0.33, 19], yaw: 8 }, '#b8382c', 15);
    for (const [x, z, r] of [
      [-15, 15.5, 1.2],
      [-17.5, 12, 0.9],
      [27, 3, 1.3],
      [29.3, 5.4, 1.0],
      [-29, -2, 1.25],
    ] as const)
      nut(scene, { at: [x, 0, z], yaw: x * 20 }, r);
    for (const [x, z, yaw] of [
      [-25, -13, 30],
      [-24, 0.2, 110],
      [24.5, 1.6, 75],
      [-18.5, 18, 10],
      [13, -3.5, 140],
    ] as const)
      screw(scene, { at: [x, 0, z], yaw });
    return {
      camera: { from: [0, 66, 26], to: [0, 0, 1.4], angle: 50, lens: 0.2 },
      lights: [windowAt([-80, 75, -60], 3.2, [1, 0.95, 0.86], [50, 70])],
      surroundings: room(0.34),
      exposure: 0.95,
    };
  },
};
