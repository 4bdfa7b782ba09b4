import type { ExportFormat } from '@maskloop/domain';
import type { Format } from './format.ts';
import { coco } from './formats/coco.ts';
import { cocoPanoptic } from './formats/coco-panoptic.ts';
import { cvat } from './formats/cvat.ts';
import { datumaro } from './formats/datumaro.ts';
import { instancePng } from './formats/instance-png.ts';
import { labelStudio } from './formats/label-studio.ts';
import { labelme } from './formats/labelme.ts';
import { retraining } from './formats/retraining.ts';
import { sa1b } from './formats/sa-1b.ts';
import { semanticPng } from './formats/semantic-png.ts';
import { voc } from './formats/voc.ts';
import { yoloSeg } from './formats/yolo-seg.ts';

/** One module for each format; a format without one does not compile. */
export const FORMATS = {
  retraining,
  coco,
  'coco-panoptic': cocoPanoptic,
  'semantic-png': semanticPng,
  'instance-png': instancePng,
  'yolo-seg': yoloSeg,
  voc,
  datumaro,
  'label-studio': labelStudio,
  labelme,
  cvat,
  'sa-1b': sa1b,
} satisfies Record<ExportFormat, Format>;
