import { Readable } from 'node:stream';
import type { PromptTrail } from '@maskloop/domain';
import type { ExportClass } from '../classes.ts';
import {
  type CocoAnnotation,
  cocoAnnotation,
  cocoFile,
  cocoImage,
  cocoRle,
  foundAnnotation,
  jsonLines,
  Queue,
} from '../coco-lines.ts';
import type { Format } from '../format.ts';
import { provenanceOf } from '../provenance.ts';

/**
 * What the trainer reads (trainer/maskloop_trainer/retraining.py): `annotations.json` in COCO's form with the split on
 * each image, `images/` when the pictures are asked for (else they are named by hash), `provenance.jsonl` with the
 * prompts in the order they were given, `negatives.jsonl` with rejected proposals when the version holds any (EX6), and
 * `models.json`: which model versions proposed the masks or answered their prompts, and how many.
 */
export const retraining: Format = {
  rulesVersion: 'retraining-1',
  keeps: {
    overlaps: true,
    instances: true,
    parts: true,
    unclassified: false,
    provenance: true,
    orientation: true,
    negatives: true,
  },
  picturePath: ({ fileName }) => `images/${fileName}`,
  write(order, output) {
    const used = new Set<ExportClass>();
    const models = new Map<
      string,
      { name: string; encoder_sha256: string; decoder_sha256: string; masks: number }
    >();
    return {
      async picture(picture) {
        await output.spool('images', { ...cocoImage(picture), split: picture.split });
        for (const mask of picture.masks) {
          used.add(mask.class);
          await output.spool('annotations', cocoAnnotation(mask, picture.id));
          const { model, prompts } = mask.item;
          await output.spool('provenance', {
            ...provenanceOf(mask, picture, output),
            prompts: trainerPrompts(prompts),
          });
          if (model === null) continue;
          const known = models.get(model.id) ?? {
            name: model.name,
            encoder_sha256: model.encoderSha256,
            decoder_sha256: model.decoderSha256,
            masks: 0,
          };
          models.set(model.id, { ...known, masks: known.masks + 1 });
        }
        for (const mask of picture.negatives) {
          // an id of its own kind: no annotation has it
          const { annotation_id: id, ...provenance } = provenanceOf(mask, picture, output);
          const { prompts } = mask.item;
          await output.spool('negatives', {
            negative_id: id,
            ...provenance,
            prompts: trainerPrompts(prompts),
            segmentation: cocoRle(mask),
          });
        }
        return undefined;
      },
      async end() {
        const file = cocoFile(order, {
          used,
          images: output.list('images', ',\n'),
          annotations: output.list('annotations', ',\n'),
        });
        await output.file('annotations.json', Readable.from(file));
        await output.file('provenance.jsonl', Readable.from(output.list('provenance', '\n')));
        if (output.has('negatives')) {
          await output.file('negatives.jsonl', Readable.from(output.list('negatives', '\n')));
        }
        const list = [...models]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([id, model]) => ({ id, ...model }));
        await output.file('models.json', `${JSON.stringify(list, null, 2)}\n`);
      },
    };
  },
  read(_, archive) {
    const queue = new Queue(jsonLines(archive, 'annotations.json', '"annotations":['));
    return {
      async picture({ masks }) {
        const lines = (await queue.take(masks.length)) as CocoAnnotation[];
        return masks.map((mask, at) => foundAnnotation(lines[at], mask, true));
      },
      end: () => queue.drain(),
    };
  },
};

/**
 * Prompts as the trainer takes them: [x, y, 1 adds | 0 removes] and [x0, y0, x1, y1]; image pixels. `close_up`: the part
 * of the picture that was encoded for it; absent: the whole.
 */
function trainerPrompts(trail: PromptTrail): object[] {
  return trail.map(({ points, box, feedback, candidate, closeUp }) => ({
    points: points.map(({ x, y, label }) => [x, y, label === 'foreground' ? 1 : 0]),
    box: box === null ? null : [box.x0, box.y0, box.x1, box.y1],
    feedback,
    candidate,
    ...(closeUp ? { close_up: [closeUp.x0, closeUp.y0, closeUp.x1, closeUp.y1] } : {}),
  }));
}
