import 'server-only';
import type { Endpoint } from './endpoint.ts';
import { datasetEndpoints } from './endpoints/datasets.ts';
import { imageEndpoints } from './endpoints/images.ts';
import { importEndpoints } from './endpoints/imports.ts';
import { maskEndpoints } from './endpoints/masks.ts';
import { modelEndpoints } from './endpoints/models.ts';
import { projectEndpoints } from './endpoints/projects.ts';
import { reviewEndpoints } from './endpoints/reviews.ts';
import { runEndpoints } from './endpoints/runs.ts';

/** The whole API. Routing, checks, the OpenAPI document and the permission test are made from it. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...projectEndpoints,
  ...imageEndpoints,
  ...maskEndpoints,
  ...reviewEndpoints,
  ...importEndpoints,
  ...datasetEndpoints,
  ...runEndpoints,
  ...modelEndpoints,
];
