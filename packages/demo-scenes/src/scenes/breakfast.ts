import { material } from '../material.ts';
import {
  brass,
  cupAndSaucer,
  dipped,
  eggInCup,
  glaze,
  mug,
  plate,
  spoon,
  stoneware,
  teapot,
} from '../props/crockery.ts';
import { orange } from '../props/fruit.ts';
import { juice, tumbler } from '../props/glassware.ts';
import { ground, room, windowAt } from '../props/room.ts';
import { doughnut } from '../props/sweets.ts';
import { checks, weave } from '../textures.ts';
import type { SceneDefinition } from './definition.ts';

/** Tea, eggs and mugs on a checked cloth, seen from above. */
export const breakfast: SceneDefinition = {
  name: 'breakfast',
  title: 'Breakfast on a checked cloth',
  shape: 'landscape',
  build(scene) {
    ground(scene, 'cloth', 0, material(checks('#f3efe6', '#b5342f', 2.6), { rough: 0.9, bump: weave() }));
    teapot(scene, { at: [-17, 0, -12], yaw: -28 }, stoneware('#5f8f8c', '#2f4a4a'));
    mug(
      scene,
      { at: [7, 0, -17], yaw: -35 },
      { look: dipped('#c98d5b', '#efe6d6', 4.2), drink: 'coffee', height: 8.6 },
    );
    cupAndSaucer(scene, { at: [-4, 0, 9], yaw: 40 }, glaze('#f4f1ea'), 'tea');
    plate(scene, { at: [20, 0, 2] }, 11.5, '#f3efe6', '#2f5b8f');
    doughnut(scene, { at: [17.5, 0.7, 0.2] }, '#5a2a18', []);
    doughnut(scene, { at: [22.5, 1.1, 5.6], roll: -6 }, '#f0b9c4', ['#ffffff', '#f5d04a', '#6ab0d8']);
    eggInCup(scene, { at: [-26, 0, 6] }, glaze('#e8b13a'));
    eggInCup(scene, { at: [-22, 0, 15] }, glaze('#3f7aa6'));
    spoon(scene, { at: [8, 0, 16.5], yaw: 8 });
    spoon(scene, { at: [-14.2, 0, 9], yaw: 84 }, brass);
    tumbler(scene, { at: [23, 0, -18] }, [juice, 7.6]);
    orange(scene, { at: [-31, 0, -9], roll: 30 }, 3.7);
    return {
      camera: { from: [4, 64, 44], to: [-1.5, 0, 0.2], angle: 49, lens: 0.25 },
      lights: [windowAt([-90, 95, -70], 3.1)],
      surroundings: room(0.36, [1, 0.99, 0.97]),
      exposure: 0.9,
    };
  },
};
