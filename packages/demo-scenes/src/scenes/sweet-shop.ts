import { material } from '../material.ts';
import { glaze, plate } from '../props/crockery.ts';
import { jar } from '../props/glassware.ts';
import { ground, room, windowAt } from '../props/room.ts';
import {
  candyCane,
  chocolate,
  cupcake,
  doughnut,
  drop,
  lollipop,
  macaron,
  nougat,
  wrappedSweet,
} from '../props/sweets.ts';
import { marble } from '../textures.ts';
import type { SceneDefinition } from './definition.ts';

const PASTELS = ['#e8667f', '#f2b632', '#6fb7a8', '#8f78c0', '#f08a4b', '#79b34a'] as const;

/** Cakes and sweets on marble. */
export const sweetShop: SceneDefinition = {
  name: 'sweets',
  title: 'Sweets on marble',
  shape: 'square',
  build(scene) {
    ground(scene, 'table', 0, material(marble('#e9d3cf', '#a3747a', 0.7), { rough: 0.18, shine: 0.045 }));
    plate(scene, { at: [-9, 0, 6] }, 12.5, '#fbf7f0', '#d3a13c');
    doughnut(scene, { at: [-13.6, 0.6, 9.6] }, '#e77a98', ['#ffffff', '#ffe066', '#70c1b3']);
    doughnut(scene, { at: [-4.2, 0.6, 10.2] }, '#4a2416', ['#f3efe4', '#e8667f', '#f2b632']);
    doughnut(scene, { at: [-9.2, 0.6, 1.6] }, '#f4ead8', []);
    cupcake(scene, { at: [12, 0, -8] }, '#f3c9d2', '#7fb8ad');
    cupcake(scene, { at: [2, 0, -13] }, '#f6eed8', '#b5567a');
    for (const [i, color] of (['#dd6f8b', '#92b86a', '#e9b949'] as const).entries())
      macaron(scene, { at: [10, i * 3.7, 5.5], yaw: i * 50, roll: i === 2 ? 3 : 0 }, color, '#f4ead6');
    macaron(scene, { at: [16, 0, 9] }, '#9b83c4', '#f4ead6');
    macaron(scene, { at: [15.8, 2.45, 3.4], roll: -74, yaw: 10 }, '#6fb7a8', '#5a2f1c');
    lollipop(scene, { at: [7, 0, 16], yaw: 58 }, ['#d6303f', '#f7f0e6']);
    lollipop(scene, { at: [-20, 0, -6], yaw: 150 }, ['#2f8fb0', '#f7d84a'], 3.9);
    wrappedSweet(scene, { at: [17, 0, 16], yaw: 30 }, '#c8283a');
    wrappedSweet(scene, { at: [-1.5, 0, 20.5], yaw: -18 }, '#2a8a6a');
    wrappedSweet(scene, { at: [-20, 0, 18], yaw: 60 }, '#e09a1f');
    chocolate(scene, { at: [-8, 0, -8], yaw: 20 });
    chocolate(scene, { at: [-12, 0, -10], yaw: -12 }, '#7a4526');
    nougat(scene, { at: [20, 0, -1] });
    nougat(scene, { at: [-14, 0, 20.5], yaw: 30 });
    candyCane(scene, { at: [19.5, 0.6, -4], yaw: 40, pitch: -90, roll: 0 });
    jar(scene, { at: [-9, 0, -18] }, glaze('#c9463f', 0.2), 5.6, 14);
    for (let level = 0; level < 7; level++) {
      for (let i = 0; i < 9; i++) {
        const angle = i * 0.785 + level * 0.39;
        const r = i === 8 ? 0 : 3.75;
        drop(
          scene,
          {
            at: [-9 + Math.cos(angle) * r, 0.55 + level * 1.28, -18 + Math.sin(angle) * r],
            pitch: scene.random.around(24),
            roll: scene.random.around(24),
          },
          scene.random.pick(PASTELS),
          1.3,
        );
      }
    }
    return {
      camera: { from: [10, 46, 55], to: [0, 2, -0.5], angle: 42, lens: 0.3 },
      lights: [windowAt([-85, 95, 30], 3.0, [1, 0.97, 0.93], [70, 80])],
      surroundings: room(0.4, [1.02, 1, 1]),
      exposure: 0.85,
    };
  },
};
