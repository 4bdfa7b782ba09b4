import { material } from '../material.ts';
import { dipped, glaze } from '../props/crockery.ts';
import { cactus, leafyPlant, snakePlant, succulent, terracotta, wateringCan } from '../props/plants.ts';
import { backWall, room, table, windowAt } from '../props/room.ts';
import { box } from '../sdf.ts';
import { grainy, wood, woodRelief } from '../textures.ts';
import { hex } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** Pot plants on a bench. */
export const windowPlants: SceneDefinition = {
  name: 'pot-plants',
  title: 'Pot plants',
  shape: 'portrait',
  build(scene) {
    table(scene, 70, 30, material(wood('#d7bd97', '#a98660', 16), { rough: 0.5, bump: woodRelief() }));
    backWall(scene, -36, material(hex('#dfe0da'), { rough: 0.95, bump: grainy(0.45, 0.14) }));
    const crate = scene.object('box', { at: [-8, 0, -13], yaw: 8 });
    crate.add(
      box(9.5, 4, 8, 0.3),
      material(wood('#8a6f52', '#55402c', 4), { rough: 0.6, bump: woodRelief() }),
      { at: [0, 4, 0] },
    );
    leafyPlant(scene, { at: [-8, 8, -13], yaw: 20 }, { radius: 7.2, height: 12.5 }, 17);
    snakePlant(
      scene,
      { at: [11, 0, -13], yaw: 40 },
      { radius: 7, height: 13, look: glaze('#e9e6df', 0.2) },
      12,
    );
    succulent(
      scene,
      { at: [-12.5, 0, 9], yaw: 10 },
      { radius: 5, height: 5.6, look: glaze('#31606b', 0.16) },
    );
    cactus(scene, { at: [14, 0, 3.5], yaw: 25 }, { radius: 4.8, height: 7.4, look: terracotta }, 14);
    succulent(
      scene,
      { at: [2, 0, 13], yaw: 40 },
      { radius: 3.9, height: 4.8, look: dipped('#d8cdb8', '#c0664a', 2.6) },
      ['#9bb583', '#dfe6b8'],
    );
    wateringCan(
      scene,
      { at: [-1.5, 0, 1.5], yaw: 205 },
      material(hex('#c58a2b'), { rough: 0.3, shine: 0.05 }),
    );
    return {
      camera: { from: [-4, 38, 82], to: [0.5, 15.2, -5], angle: 43, lens: 0.35 },
      lights: [windowAt([100, 95, 40], 3.4, [1, 0.96, 0.88], [60, 90])],
      surroundings: room(0.38, [0.98, 1, 1.02]),
      exposure: 0.85,
    };
  },
};
