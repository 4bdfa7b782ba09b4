import { material } from '../material.ts';
import { noise } from '../noise.ts';
import { backWall, ground, room, windowAt } from '../props/room.ts';
import { arch, ball, block, column, ringTower, roof, train } from '../props/toys.ts';
import { grainy } from '../textures.ts';
import { hex, mix } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** Wooden toys on a pale rug. */
export const playroom: SceneDefinition = {
  name: 'playroom',
  title: 'Wooden toys on a rug',
  shape: 'landscape',
  build(scene) {
    const [pale, band] = [hex('#d8d2c4'), hex('#8fb3b0')];
    ground(
      scene,
      'rug',
      0,
      material(
        (s) => {
          const wave = s.z + 1.2 * Math.sin(s.x * 0.5);
          const t = Math.abs(wave - Math.round(wave / 22) * 22) < 2.4 ? 0.8 : 0;
          const c = mix(pale, band, t + 0.2 * (noise(s.x * 3, 0, s.z * 3) - 0.5));
          s.r = c[0];
          s.g = c[1];
          s.b = c[2];
        },
        { rough: 0.95, bump: { height: (x, _y, z) => 0.16 * noise(x * 5, 0, z * 5), step: 0.06 } },
      ),
    );
    backWall(scene, -62, material(hex('#e5c9a0'), { rough: 0.95, bump: grainy(0.6, 0.06) }));
    train(scene, { at: [-3, 0, 12], yaw: 14 });
    ringTower(scene, { at: [-26, 0, -9] }, ['#c93a2b', '#e8842a', '#ecc233', '#4d9a4a', '#2f6fb0']);
    ball(scene, { at: [31, 6.4, -4], pitch: 30, roll: 28 }, 6.4, ['#d6402f', '#f3efe4', '#2b5fa3']);
    column(scene, { at: [2, 0, -20] }, '#2f6fb0');
    column(scene, { at: [13, 0, -20] }, '#2f6fb0');
    block(scene, { at: [7.5, 0, -20.5], yaw: 0 }, '#e9b92e', undefined, 4.6);
    arch(scene, { at: [7.5, 6.8, -20], yaw: 2 }, '#c93a2b');
    roof(scene, { at: [7.5, 11.4, -20], yaw: -2 }, '#4d9a4a');
    block(scene, { at: [-13, 0, -12], yaw: 24 }, '#c93a2b', 'A');
    block(scene, { at: [-8, 0, -8.5], yaw: -14 }, '#2f6fb0', 'L');
    block(scene, { at: [-11, 4.6, -10], yaw: 8 }, '#3f8f45', 'E');
    block(scene, { at: [25, 0, 14.5], yaw: -30 }, '#e8842a', 'T');
    block(scene, { at: [-26, 0, 13], yaw: 35 }, '#3f8f45', 'H');
    roof(scene, { at: [-31, 0, 4], yaw: 65 }, '#e9b92e');
    ball(scene, { at: [17, 2.6, -9], pitch: 60, roll: 10 }, 2.6, ['#3d9a8c', '#f3efe4', '#f3efe4']);
    return {
      camera: { from: [-10, 29, 78], to: [0.5, 6.6, -2], angle: 47, lens: 0.4 },
      lights: [windowAt([100, 110, 60], 3.3, [1, 0.95, 0.86], [80, 100])],
      surroundings: room(0.4, [1, 0.99, 0.97]),
      exposure: 0.88,
    };
  },
};
