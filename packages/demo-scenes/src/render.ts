import { RayMaker } from './camera.ts';
import { denoise, type Guides } from './denoise.ts';
import { develop } from './develop.ts';
import { hash } from './random.ts';
import type { Piece, Scene } from './scene.ts';
import { Shader } from './shade.ts';

export interface RenderOptions {
  readonly width: number;
  readonly height: number;
  /** Camera rays a pixel, 1 or more; the first goes through its middle and gives the labels. */
  readonly samples: number;
  /** Called after every row with the share done, 0..1. */
  readonly onProgress?: (done: number) => void;
}

/** A picture and what is at the middle of each of its pixels. */
export interface Rendered {
  readonly width: number;
  readonly height: number;
  /** sRGB 0..255, [height, width, 3]. */
  readonly pixels: Uint8Array;
  /** Scene object id of the whole, 0 for none, [height, width]. */
  readonly wholes: Uint16Array;
  /** Scene object id of the part, 0 for none, [height, width]. */
  readonly parts: Uint16Array;
}

/**
 * Renders a scene. The same scene and options give the same bytes.
 */
export function render(scene: Scene, { width, height, samples, onProgress }: RenderOptions): Rendered {
  const count = width * height;
  const shader = new Shader(scene);
  const rays = new RayMaker(scene.camera, width, height);
  const wholes = new Uint16Array(count);
  const parts = new Uint16Array(count);
  const ready = new Float32Array(count * 3);
  const open = new Float32Array(count * 3);
  const visible = new Float32Array(count * 3);
  const albedo = new Float32Array(count * 3);
  const bounce = new Float32Array(count * 3);
  const gloss = new Float32Array(count * 3);
  const guides: Guides = {
    width,
    height,
    normals: new Float32Array(count * 3),
    positions: new Float32Array(count * 3),
    met: new Int32Array(count),
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const i = p * 3;
      let [rr, rg, rb] = [0, 0, 0];
      let [or, og, ob] = [0, 0, 0];
      let [sr, sg, sb] = [0, 0, 0];
      let [ar, ag, ab] = [0, 0, 0];
      let [br, bg, bb] = [0, 0, 0];
      let [gr, gg, gb] = [0, 0, 0];
      let wanted = samples;
      for (let n = 0; n < wanted; n++) {
        if (n === 0) {
          rays.make(x + 0.5, y + 0.5);
        } else {
          const u = hash(p, 1, 5) + n * 0.7548776662466927;
          const v = hash(p, 2, 5) + n * 0.5698402909980532;
          const angle = 2 * Math.PI * (hash(p, 3, 5) + n * 0.618033988749895);
          const radius = Math.sqrt((n * 0.7548776662466927 + hash(p, 4, 5)) % 1);
          rays.make(
            x + u - Math.floor(u),
            y + v - Math.floor(v),
            radius * Math.cos(angle),
            radius * Math.sin(angle),
          );
        }
        shader.look(rays.ox, rays.oy, rays.oz, rays.dx, rays.dy, rays.dz, p, n);
        if (n === 0) {
          guides.met[p] = shader.met;
          if (shader.met >= 0) {
            const hit = shader.first;
            const piece = scene.pieces[shader.met] as Piece;
            // light seen through glass is not smoothed afterwards, so it takes more rays to calm
            if (samples > 1 && piece.material.glass) wanted = samples * 2;
            wholes[p] = piece.object;
            parts[p] = piece.partAt(hit.x, hit.y, hit.z);
            guides.normals[i] = hit.wx;
            guides.normals[i + 1] = hit.wy;
            guides.normals[i + 2] = hit.wz;
            guides.positions[i] = rays.ox + rays.dx * hit.t;
            guides.positions[i + 1] = rays.oy + rays.dy * hit.t;
            guides.positions[i + 2] = rays.oz + rays.dz * hit.t;
          }
        }
        rr += shader.ready.r;
        rg += shader.ready.g;
        rb += shader.ready.b;
        or += shader.open.r;
        og += shader.open.g;
        ob += shader.open.b;
        sr += shader.shadowed.r;
        sg += shader.shadowed.g;
        sb += shader.shadowed.b;
        ar += shader.albedo.r;
        ag += shader.albedo.g;
        ab += shader.albedo.b;
        br += shader.bounce.r;
        bg += shader.bounce.g;
        bb += shader.bounce.b;
        gr += shader.gloss.r;
        gg += shader.gloss.g;
        gb += shader.gloss.b;
      }
      const share = 1 / wanted;
      ready[i] = rr * share;
      ready[i + 1] = rg * share;
      ready[i + 2] = rb * share;
      open[i] = or * share;
      open[i + 1] = og * share;
      open[i + 2] = ob * share;
      visible[i] = or > 1e-6 ? sr / or : 1;
      visible[i + 1] = og > 1e-6 ? sg / og : 1;
      visible[i + 2] = ob > 1e-6 ? sb / ob : 1;
      albedo[i] = ar * share;
      albedo[i + 1] = ag * share;
      albedo[i + 2] = ab * share;
      bounce[i] = br * share;
      bounce[i + 1] = bg * share;
      bounce[i + 2] = bb * share;
      gloss[i] = gr * share;
      gloss[i + 1] = gg * share;
      gloss[i + 2] = gb * share;
    }
    onProgress?.((y + 1) / height);
  }
  const smoothBounce = denoise(bounce, guides, { passes: 4, tolerance: 1.2 });
  const smoothVisible = denoise(visible, guides, { passes: 2, tolerance: 0.45 });
  const smoothGloss = denoise(gloss, guides, { passes: 2, tolerance: 2 });
  for (let i = 0; i < ready.length; i++) {
    ready[i] =
      (ready[i] as number) +
      (smoothGloss[i] as number) +
      (open[i] as number) * (smoothVisible[i] as number) +
      (albedo[i] as number) * (smoothBounce[i] as number);
  }
  return { width, height, pixels: develop(ready, width, height, scene.exposure), wholes, parts };
}
