import type { z } from 'zod';
import { type ModelContract, type ModelFile, ModelManifest } from './manifest.ts';

type Contract = z.input<typeof ModelContract>;

/** An export that people have, described once. Identity, files and hashes are added when it is installed. */
export interface KnownModel {
  readonly title: string;
  /** of the published weights; the licence of fine-tuned ones is the owner's to state */
  readonly license: string;
  /** who makes this export, for people */
  readonly source: string;
  readonly contract: Contract;
  /** usual file names, and what to know before using it */
  readonly files: { readonly encoder: string; readonly decoder: string };
  readonly note?: string;
}

/** Mean and deviation of ImageNet in 0..255 units; the SAM 2 and HF numbers (.485 …/.229 …) are the same ones. */
const IMAGENET = {
  where: 'caller',
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
} as const satisfies Contract['encoder']['normalize'];

const SAM_DECODER = {
  inputs: {
    embedding: 'image_embeddings',
    coords: 'point_coords',
    labels: 'point_labels',
    maskInput: 'mask_input',
    hasMask: 'has_mask_input',
    imageSize: 'orig_im_size',
  },
  outputs: { masks: 'masks', iou: 'iou_predictions', lowRes: 'low_res_masks' },
  labelDtype: 'float32',
  coordFrame: 'model',
  promptRank: 3,
  boxStyle: 'points-last',
  padToken: 'client-no-box',
  promptBatch: 1,
  hasMaskShape: 'one',
  imageSizeDtype: 'float32',
  maskTokens: 4,
  lowResSide: 256,
} as const satisfies Contract['decoder'];

const SAM = {
  family: 'sam',
  side: 1024,
  encoder: {
    input: { name: 'input_image', layout: 'nchw' },
    fit: 'pad',
    pad: 'caller',
    normalize: IMAGENET,
    outputs: { embedding: 'image_embeddings' },
  },
  decoder: SAM_DECODER,
} as const satisfies Contract;

/** samexporter's own client pads even beside a box; its graph is the official one, so the official rule holds too. */
const SAMEXPORTER_PREPROCESS = {
  ...SAM,
  encoder: {
    ...SAM.encoder,
    input: { name: 'input_image', layout: 'hwc' },
    pad: 'in-graph',
    normalize: { where: 'in-graph', range: '0-255' },
  },
} as const satisfies Contract;

const EFFICIENT_SAM = {
  family: 'efficient-sam',
  side: 1024,
  encoder: {
    input: { name: 'batched_images', layout: 'nchw' },
    resize: 'in-graph',
    fit: 'stretch',
    pad: 'none',
    normalize: { where: 'in-graph', range: '0-1' },
    outputs: { embedding: 'image_embeddings' },
  },
  decoder: {
    inputs: {
      embedding: 'image_embeddings',
      coords: 'batched_point_coords',
      labels: 'batched_point_labels',
      imageSize: 'orig_im_size',
    },
    outputs: { masks: 'output_masks', iou: 'iou_predictions', lowRes: 'onnx::Shape_1830' },
    labelDtype: 'float32',
    coordFrame: 'image',
    promptRank: 4,
    boxStyle: 'points-last',
    padToken: 'graph',
    promptBatch: 1,
    imageSizeDtype: 'int64',
    maskTokens: 3,
    lowResSide: 256,
  },
} as const satisfies Contract;

const UNNAMED_LOW_RES =
  'The low-res output has a generated name that differs between exports: look it up and edit decoder.outputs.lowRes.';

/** Contracts by the name used on the command line, each written from its exporter's source. */
export const KNOWN_MODELS = {
  'sam-official': {
    title: 'Segment Anything, official decoder export',
    license: 'Apache-2.0',
    source:
      'facebookresearch/segment-anything scripts/export_onnx_model.py; the encoder is exported separately',
    contract: SAM,
    files: { encoder: 'encoder.onnx', decoder: 'decoder.onnx' },
    note: 'One prompt per call: for automatic masks export the decoder again with a dynamic batch.',
  },
  'sam-official-single': {
    title: 'Segment Anything, official decoder export with --return-single-mask',
    license: 'Apache-2.0',
    source: 'facebookresearch/segment-anything scripts/export_onnx_model.py --return-single-mask',
    contract: { ...SAM, decoder: { ...SAM_DECODER, maskTokens: 1 } },
    files: { encoder: 'encoder.onnx', decoder: 'decoder.onnx' },
    note: 'The graph picks the mask and counts padding and corner tokens for it; no candidates to choose from.',
  },
  'mobile-sam': {
    title: 'MobileSAM',
    license: 'Apache-2.0',
    source: 'ChaoningZhang/MobileSAM scripts/export_onnx_model.py; same contract as SAM',
    contract: { ...SAM, family: 'mobile-sam' },
    files: { encoder: 'mobile_sam.encoder.onnx', decoder: 'mobile_sam.decoder.onnx' },
  },
  'samexporter-sam': {
    title: 'SAM exported by samexporter',
    license: 'Apache-2.0',
    source: 'vietanhdev/samexporter, encoder without --use-preprocess',
    contract: SAM,
    files: { encoder: 'sam_vit_b_01ec64.encoder.onnx', decoder: 'sam_vit_b_01ec64.decoder.onnx' },
    note: 'ViT-H keeps its weights in a second file; name it under encoder.external.',
  },
  'samexporter-sam-preprocess': {
    title: 'SAM exported by samexporter, preprocessing in the graph',
    license: 'Apache-2.0',
    source: 'vietanhdev/samexporter, encoder with --use-preprocess (rank-3 input of 0..255 values)',
    contract: SAMEXPORTER_PREPROCESS,
    files: { encoder: 'sam_vit_b_01ec64.encoder.onnx', decoder: 'sam_vit_b_01ec64.decoder.onnx' },
  },
  'samexporter-mobile-sam': {
    title: 'MobileSAM exported by samexporter',
    license: 'Apache-2.0',
    source: 'vietanhdev/samexporter, encoder without --use-preprocess',
    contract: { ...SAM, family: 'mobile-sam' },
    files: { encoder: 'mobile_sam.encoder.onnx', decoder: 'mobile_sam.decoder.onnx' },
  },
  'samexporter-mobile-sam-preprocess': {
    title: 'MobileSAM exported by samexporter, preprocessing in the graph',
    license: 'Apache-2.0',
    source: 'vietanhdev/samexporter, encoder with --use-preprocess (rank-3 input of 0..255 values)',
    contract: { ...SAMEXPORTER_PREPROCESS, family: 'mobile-sam' },
    files: { encoder: 'mobile_sam.encoder.onnx', decoder: 'mobile_sam.decoder.onnx' },
  },
  'transformers-sam': {
    title: 'SAM for transformers.js (sam-vit-*, SlimSAM)',
    license: 'Apache-2.0',
    source: 'optimum export of a transformers SamModel',
    contract: {
      family: 'sam',
      side: 1024,
      encoder: {
        input: { name: 'pixel_values', layout: 'nchw' },
        fit: 'pad',
        pad: 'caller',
        normalize: IMAGENET,
        outputs: { embedding: 'image_embeddings', position: 'image_positional_embeddings' },
      },
      decoder: {
        inputs: {
          embedding: 'image_embeddings',
          position: 'image_positional_embeddings',
          coords: 'input_points',
          labels: 'input_labels',
        },
        outputs: { iou: 'iou_scores', lowRes: 'pred_masks' },
        labelDtype: 'int64',
        coordFrame: 'model',
        promptRank: 4,
        boxStyle: 'none',
        padToken: 'graph',
        ignoreLabel: -10,
        promptBatch: 'dynamic',
        maskTokens: 3,
        lowResSide: 256,
      },
    },
    files: { encoder: 'vision_encoder.onnx', decoder: 'prompt_encoder_mask_decoder.onnx' },
    note: 'No box and no mask prompt in this export, and always three candidates.',
  },
  'transformers-sam2': {
    title: 'SAM 2 / 2.1 for transformers.js',
    license: 'Apache-2.0',
    source: 'transformers.js export of a transformers Sam2Model; also EdgeTAM and the SAM 3 tracker',
    contract: {
      family: 'sam2',
      side: 1024,
      encoder: {
        input: { name: 'pixel_values', layout: 'nchw' },
        fit: 'stretch',
        pad: 'none',
        normalize: IMAGENET,
        outputs: {
          highRes0: 'image_embeddings.0',
          highRes1: 'image_embeddings.1',
          embedding: 'image_embeddings.2',
        },
      },
      decoder: {
        inputs: {
          highRes0: 'image_embeddings.0',
          highRes1: 'image_embeddings.1',
          embedding: 'image_embeddings.2',
          coords: 'input_points',
          labels: 'input_labels',
          boxes: 'input_boxes',
        },
        outputs: { iou: 'iou_scores', lowRes: 'pred_masks', object: 'object_score_logits' },
        labelDtype: 'int64',
        coordFrame: 'model',
        promptRank: 4,
        boxStyle: 'boxes',
        padToken: 'graph',
        ignoreLabel: -10,
        promptBatch: 'dynamic',
        maskTokens: 3,
        lowResSide: 256,
      },
    },
    files: { encoder: 'vision_encoder.onnx', decoder: 'prompt_encoder_mask_decoder.onnx' },
    note: 'Files may come with .onnx_data: name those under external.',
  },
  'samexporter-sam2': {
    title: 'SAM 2 / 2.1 exported by samexporter',
    license: 'Apache-2.0',
    source: 'vietanhdev/samexporter, SAM 2',
    contract: {
      family: 'sam2',
      side: 1024,
      encoder: {
        input: { name: 'image', layout: 'nchw' },
        fit: 'stretch',
        pad: 'none',
        normalize: IMAGENET,
        outputs: { highRes0: 'high_res_feats_0', highRes1: 'high_res_feats_1', embedding: 'image_embed' },
      },
      decoder: {
        inputs: {
          embedding: 'image_embed',
          highRes0: 'high_res_feats_0',
          highRes1: 'high_res_feats_1',
          coords: 'point_coords',
          labels: 'point_labels',
          maskInput: 'mask_input',
          hasMask: 'has_mask_input',
        },
        outputs: { iou: 'iou_predictions', lowRes: 'masks' },
        labelDtype: 'float32',
        coordFrame: 'model',
        promptRank: 3,
        boxStyle: 'points-first',
        padToken: 'graph',
        promptBatch: 'dynamic',
        hasMaskShape: 'per-prompt',
        maskTokens: 3,
        lowResSide: 256,
      },
    },
    files: { encoder: 'sam2_hiera_tiny.encoder.onnx', decoder: 'sam2_hiera_tiny.decoder.onnx' },
    note: 'Some forks take one mask flag per call, or orig_im_size as int32: edit hasMaskShape, imageSizeDtype.',
  },
  'onnxruntime-sam2': {
    title: 'SAM 2 by the onnxruntime converter',
    license: 'Apache-2.0',
    source: 'microsoft/onnxruntime python/tools/transformers/models/sam2',
    contract: {
      family: 'sam2',
      side: 1024,
      encoder: {
        input: { name: 'image', layout: 'nchw' },
        fit: 'stretch',
        pad: 'none',
        normalize: IMAGENET,
        outputs: {
          highRes0: 'image_features_0',
          highRes1: 'image_features_1',
          embedding: 'image_embeddings',
        },
      },
      decoder: {
        inputs: {
          embedding: 'image_embeddings',
          highRes0: 'image_features_0',
          highRes1: 'image_features_1',
          coords: 'point_coords',
          labels: 'point_labels',
          maskInput: 'input_masks',
          hasMask: 'has_input_masks',
          imageSize: 'original_image_size',
        },
        outputs: { masks: 'masks', iou: 'iou_predictions', lowRes: 'low_res_masks' },
        labelDtype: 'int32',
        coordFrame: 'model',
        promptRank: 3,
        boxStyle: 'points-first',
        padToken: 'graph',
        promptBatch: 'dynamic',
        hasMaskShape: 'per-prompt',
        imageSizeDtype: 'int32',
        maskTokens: 3,
        lowResSide: 256,
      },
    },
    files: { encoder: 'sam2_hiera_tiny_encoder.onnx', decoder: 'sam2_hiera_tiny_decoder_multi.onnx' },
    note: 'Exports without multimask output return one mask: set maskTokens to 1.',
  },
  'efficient-sam': {
    title: 'EfficientSAM, one click per prompt',
    license: 'Apache-2.0',
    source: 'yformer/EfficientSAM export script (dynamic queries of one point each)',
    contract: {
      ...EFFICIENT_SAM,
      decoder: { ...EFFICIENT_SAM.decoder, boxStyle: 'none', maxPoints: 1, promptBatch: 'dynamic' },
    },
    files: { encoder: 'efficient_sam_vitt_encoder.onnx', decoder: 'efficient_sam_vitt_decoder.onnx' },
    note: UNNAMED_LOW_RES,
  },
  'efficient-sam-labelme': {
    title: 'EfficientSAM, several clicks for one prompt',
    license: 'Apache-2.0',
    source: 'the builds released with labelme and osam (one query of up to six points)',
    contract: { ...EFFICIENT_SAM, decoder: { ...EFFICIENT_SAM.decoder, maxPoints: 6 } },
    files: { encoder: 'efficient_sam_vitt_encoder.onnx', decoder: 'efficient_sam_vitt_decoder.onnx' },
    note: UNNAMED_LOW_RES,
  },
  'maskloop-448': {
    title: 'Maskloop embedded model',
    license: 'see its model card',
    source: 'trainer/ of this repository',
    contract: {
      family: 'maskloop',
      side: 448,
      encoder: {
        input: { name: 'image', layout: 'nchw' },
        fit: 'pad',
        pad: 'caller',
        normalize: IMAGENET,
        outputs: {
          embedding: 'image_embeddings',
          highRes0: 'high_res_feats_0',
          highRes1: 'high_res_feats_1',
        },
      },
      decoder: {
        inputs: {
          embedding: 'image_embeddings',
          highRes0: 'high_res_feats_0',
          highRes1: 'high_res_feats_1',
          coords: 'point_coords',
          labels: 'point_labels',
          maskInput: 'mask_input',
          hasMask: 'has_mask_input',
        },
        outputs: { lowRes: 'low_res_masks', iou: 'iou_predictions' },
        labelDtype: 'float32',
        coordFrame: 'model',
        promptRank: 3,
        boxStyle: 'points-last',
        padToken: 'client-no-box',
        ignoreLabel: -1,
        promptBatch: 'dynamic',
        hasMaskShape: 'per-prompt',
        maskTokens: 4,
        lowResSide: 112,
      },
    },
    files: { encoder: 'encoder.onnx', decoder: 'decoder.onnx' },
  },
} as const satisfies Record<string, KnownModel>;

export type KnownModelName = keyof typeof KNOWN_MODELS;

/** What makes a contract a manifest. */
export interface ModelIdentity {
  readonly id: string;
  readonly title?: string;
  readonly license?: string;
  readonly source?: string;
  readonly encoder: { readonly file: ModelFile; readonly external?: readonly ModelFile[] };
  readonly decoder: { readonly file: ModelFile; readonly external?: readonly ModelFile[] };
}

/**
 * A manifest from a known contract and the files at hand.
 * @throws ZodError for an id or file that no manifest may have
 */
export function manifestOf(name: KnownModelName, identity: ModelIdentity): ModelManifest {
  const known: KnownModel = KNOWN_MODELS[name];
  const { encoder, decoder, ...rest } = identity;
  return ModelManifest.parse({
    title: known.title,
    license: known.license,
    source: known.source,
    ...rest,
    family: known.contract.family,
    side: known.contract.side,
    encoder: { ...known.contract.encoder, ...encoder },
    decoder: { ...known.contract.decoder, ...decoder },
  });
}
