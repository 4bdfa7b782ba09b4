import { material } from '../material.ts';
import { glaze, mug } from '../props/crockery.ts';
import { succulent } from '../props/plants.ts';
import { book, notebook, pencil, pencilCup } from '../props/reading.ts';
import { backWall, room, table, windowAt } from '../props/room.ts';
import { tape } from '../props/tools.ts';
import { box } from '../sdf.ts';
import { grainy } from '../textures.ts';
import { hex } from '../vec3.ts';
import type { SceneDefinition } from './definition.ts';

/** Pencils and paper on a blue desk. */
export const writingDesk: SceneDefinition = {
  name: 'writing-desk',
  title: 'Writing desk',
  shape: 'landscape',
  build(scene) {
    table(scene, 100, 40, material(hex('#3f6f8f'), { rough: 0.42, bump: grainy(5, 0.012) }));
    backWall(scene, -48, material(hex('#e9dcc6'), { rough: 0.95, bump: grainy(0.5, 0.1) }));
    pencilCup(scene, { at: [-19, 0, -10] }, '#e9e2d2', [
      '#d8443a',
      '#e8b32c',
      '#2f7fb5',
      '#3f9a57',
      '#7a4fa0',
      '#2b2b2e',
    ]);
    notebook(scene, { at: [2, 0, 5], yaw: 14 }, '#d9573f');
    pencil(scene, { at: [4, 1.62, 9], yaw: 40 }, '#2e7a57');
    pencil(scene, { at: [20, 0.33, 13], yaw: -28 }, '#e8b32c');
    pencil(scene, { at: [-22, 0.33, 15], yaw: 18 }, '#7a4fa0', 15);
    const eraser = scene.object('eraser', { at: [-13, 0, 9], yaw: -24 });
    eraser.add(box(2.9, 0.75, 1.3, 0.3), material(hex('#f4f1ec'), { rough: 0.7 }), { at: [0, 0.75, 0] });
    eraser.add(box(1.9, 0.79, 1.34, 0.1), material(hex('#2a5fa8'), { rough: 0.6 }), {
      at: [0.9, 0.78, 0],
      part: eraser.part('wrapper'),
    });
    const ruler = scene.object('ruler', { at: [14, 0, 20.5], yaw: 8 });
    const [body, ink] = [hex('#e6c98c'), hex('#3a2a18')];
    ruler.add(
      box(15.5, 0.18, 1.7, 0.06),
      material(
        (s) => {
          const mark = Math.abs(s.x * 2 - Math.round(s.x * 2)) < 0.09;
          const long = Math.abs(s.x - Math.round(s.x)) < 0.06;
          const c = s.y > 0.1 && mark && s.z < (long ? -0.75 : -1.15) ? ink : body;
          s.r = c[0];
          s.g = c[1];
          s.b = c[2];
        },
        { rough: 0.45 },
      ),
      { at: [0, 0.18, 0] },
    );
    book(scene, { at: [22, 0, -9], yaw: -10 }, { size: [18, 3, 13], cover: '#2d5a56', label: '#efe3c6' });
    book(scene, { at: [21, 3, -9.5], yaw: 7 }, { size: [16, 2.4, 12], cover: '#e0a72e', label: '#5a2a20' });
    succulent(scene, { at: [21, 5.4, -9.5] }, { radius: 3.9, height: 4.6, look: glaze('#f0ece4') }, [
      '#5f8f5a',
      '#a8c27a',
    ]);
    mug(scene, { at: [-29.5, 0, -1], yaw: -25 }, { look: glaze('#f0b429'), drink: 'coffee' });
    tape(scene, { at: [27, 0, 6] }, '#c7dbe0', 3.4);
    return {
      camera: { from: [-8, 36, 70], to: [-1.5, 4, -1], angle: 48, lens: 0.35 },
      lights: [windowAt([95, 90, 40], 3.2, [1, 0.96, 0.9], [80, 110])],
      surroundings: room(0.36, [1, 1, 1.02]),
      exposure: 0.88,
    };
  },
};
