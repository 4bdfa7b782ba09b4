import type { Camera } from './camera.ts';
import type { ClassName } from './classes.ts';
import type { Light, Surroundings } from './light.ts';
import type { Material } from './material.ts';
import { Random } from './random.ts';
import type { Distance, Shape } from './sdf.ts';
import { add, euler, IDENTITY, multiply, type Rotation, rotate, type Vec3 } from './vec3.ts';

/** Where something stands: position in cm and turns in degrees (roll, then pitch, then yaw). */
export interface Placement {
  readonly at?: Vec3;
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
}

/** One labelled object, whole or part, as the scene names it. */
export interface SceneObject {
  /** 1 or more; counts up in the order of making. */
  readonly id: number;
  readonly className: ClassName;
  /** The whole this is a part of, or 0 for a whole. */
  readonly parent: number;
}

/** One solid of one material, placed in the world; what the marcher sees. */
export interface Piece {
  /** Undefined for a flat rectangle in the local plane y = 0. */
  readonly distance: Distance | undefined;
  readonly low: Vec3;
  readonly high: Vec3;
  readonly position: Vec3;
  /** Local to world. */
  readonly rotation: Rotation;
  readonly material: Material;
  readonly object: number;
  /** Part id at a local point; 0 where the piece belongs to the whole only. */
  readonly partAt: Distance;
}

/** All that a picture is made of. */
export interface Scene {
  readonly pieces: readonly Piece[];
  readonly objects: readonly SceneObject[];
  readonly lights: readonly Light[];
  readonly surroundings: Surroundings;
  readonly camera: Camera;
  /** Brightness factor applied before the tone curve. */
  readonly exposure: number;
}

export interface PieceOptions extends Placement {
  /** A part id, or a function of the local point that gives one (0 for none). */
  readonly part?: number | Distance;
}

/** Hands out ids and collects pieces while a scene is put together. */
export class SceneBuilder {
  readonly pieces: Piece[] = [];
  readonly objects: SceneObject[] = [];
  readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** Starts a whole object; its pieces are placed relative to `placement`. */
  object(className: ClassName, placement: Placement = {}): ObjectBuilder {
    return new ObjectBuilder(this, this.register(className, 0), placement);
  }

  /** A flat rectangle (half sizes in cm) in the local plane y = 0, facing up until turned. */
  plane(className: ClassName, halfX: number, halfZ: number, look: Material, placement: Placement = {}): void {
    const object = this.register(className, 0);
    this.pieces.push({
      distance: undefined,
      low: [-halfX, -0.01, -halfZ],
      high: [halfX, 0.01, halfZ],
      position: placement.at ?? [0, 0, 0],
      rotation: turn(placement),
      material: look,
      object,
      partAt: () => 0,
    });
  }

  register(className: ClassName, parent: number): number {
    const id = this.objects.length + 1;
    this.objects.push({ id, className, parent });
    return id;
  }
}

/** Builds one whole object out of pieces and names its parts. */
export class ObjectBuilder {
  readonly id: number;
  readonly #scene: SceneBuilder;
  readonly #position: Vec3;
  readonly #rotation: Rotation;

  constructor(scene: SceneBuilder, id: number, placement: Placement) {
    this.#scene = scene;
    this.id = id;
    this.#position = placement.at ?? [0, 0, 0];
    this.#rotation = turn(placement);
  }

  /** Names a new part of this object and returns its id. */
  part(className: ClassName): number {
    return this.#scene.register(className, this.id);
  }

  /** Adds a solid, placed in the object's frame. */
  add(shape: Shape, look: Material, options: PieceOptions = {}): this {
    const { part = 0 } = options;
    this.#scene.pieces.push({
      distance: shape.distance,
      low: shape.low,
      high: shape.high,
      position: add(this.#position, rotate(this.#rotation, options.at ?? [0, 0, 0])),
      rotation: multiply(this.#rotation, turn(options)),
      material: look,
      object: this.id,
      partAt: typeof part === 'number' ? () => part : part,
    });
    return this;
  }
}

const turn = ({ yaw = 0, pitch = 0, roll = 0 }: Placement): Rotation =>
  yaw === 0 && pitch === 0 && roll === 0 ? IDENTITY : euler(yaw, pitch, roll);
