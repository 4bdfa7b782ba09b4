export { CLASSES, type ClassKind, type ClassName, type SceneClass } from './classes.ts';
export { type LabelledObject, type LabelMap, LEAST_AREA, labelMap, MOST_OBJECTS } from './label-map.ts';
export { DEMO_FORMAT, type DemoManifest, type DemoPicture } from './manifest.ts';
export { type Rendered, type RenderOptions, render } from './render.ts';
export type { Scene } from './scene.ts';
export { buildScene, type PictureShape, pictureSize, type SceneDefinition } from './scenes/definition.ts';
export { SCENES } from './scenes/index.ts';
