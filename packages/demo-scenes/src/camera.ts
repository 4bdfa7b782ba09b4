import { cross, normalize, subtract, type Vec3 } from './vec3.ts';

/** A thin-lens camera; lengths in cm. */
export interface Camera {
  readonly from: Vec3;
  readonly to: Vec3;
  /** Full angle of view along the longer picture side, degrees. */
  readonly angle: number;
  /** Radius of the lens opening; 0 draws everything sharp. */
  readonly lens?: number;
  /** Distance from `from` at which things are sharp; by default that of `to`. */
  readonly focus?: number;
}

/** A camera set up for one picture size, ready to make rays. */
export class RayMaker {
  /** The ray last made: origin, and unit direction. */
  ox = 0;
  oy = 0;
  oz = 0;
  dx = 0;
  dy = 0;
  dz = 0;
  readonly #from: Vec3;
  readonly #right: Vec3;
  readonly #up: Vec3;
  readonly #ahead: Vec3;
  readonly #lens: number;
  readonly #focus: number;
  readonly #perPixel: number;
  readonly #halfWidth: number;
  readonly #halfHeight: number;

  constructor(camera: Camera, width: number, height: number) {
    const view = subtract(camera.to, camera.from);
    this.#from = camera.from;
    this.#ahead = normalize(view);
    this.#right = normalize(cross(this.#ahead, Math.abs(this.#ahead[1]) > 0.999 ? [0, 0, -1] : [0, 1, 0]));
    this.#up = cross(this.#right, this.#ahead);
    this.#lens = camera.lens ?? 0;
    this.#focus = camera.focus ?? Math.hypot(...view);
    this.#perPixel = (2 * Math.tan((camera.angle * Math.PI) / 360)) / Math.max(width, height);
    this.#halfWidth = width / 2;
    this.#halfHeight = height / 2;
  }

  /**
   * Makes the ray through a point of the picture.
   *
   * @param x pixels from the left edge (a pixel's middle is at +0.5)
   * @param y pixels from the top edge
   * @param lensX place on the lens in -1..1; 0, 0 is its middle
   */
  make(x: number, y: number, lensX = 0, lensY = 0): void {
    const [rx, ry, rz] = this.#right;
    const [ux, uy, uz] = this.#up;
    const u = (x - this.#halfWidth) * this.#perPixel;
    const v = (this.#halfHeight - y) * this.#perPixel;
    const [a, b] = [lensX * this.#lens, lensY * this.#lens];
    const f = this.#focus;
    const sideways = u * f - a;
    const upwards = v * f - b;
    const dx = this.#ahead[0] * f + rx * sideways + ux * upwards;
    const dy = this.#ahead[1] * f + ry * sideways + uy * upwards;
    const dz = this.#ahead[2] * f + rz * sideways + uz * upwards;
    const inverse = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
    this.ox = this.#from[0] + rx * a + ux * b;
    this.oy = this.#from[1] + ry * a + uy * b;
    this.oz = this.#from[2] + rz * a + uz * b;
    this.dx = dx * inverse;
    this.dy = dy * inverse;
    this.dz = dz * inverse;
  }
}
