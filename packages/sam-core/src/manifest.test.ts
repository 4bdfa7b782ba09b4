import { describe, expect, test } from 'vitest';
import { decoderFetches, encoderFetches } from './engine.ts';
import { KNOWN_MODELS, type KnownModelName, manifestOf } from './known-contracts.ts';
import { assertContract, encoderKey, ModelManifest } from './manifest.ts';
import { testManifest } from './testing-models.ts';

const NAMES = Object.keys(KNOWN_MODELS) as KnownModelName[];

/** The tensor names a matching pair of files would have. */
const namesOf = (manifest: ModelManifest) => ({
  encoderInputs: [manifest.encoder.input.name],
  encoderOutputs: encoderFetches(manifest),
  decoderInputs: Object.values(manifest.decoder.inputs).filter((name) => name !== undefined),
  decoderOutputs: decoderFetches(manifest),
});

describe('known models', () => {
  test.each(NAMES)('%s makes a manifest that survives JSON', (name) => {
    const manifest = testManifest(name);
    expect(ModelManifest.parse(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  test('an owner states their own licence and source', () => {
    const { encoder, decoder } = testManifest();
    const mine = manifestOf('mobile-sam', { id: 'mine-1', license: 'CC-BY-4.0', encoder, decoder });
    expect(mine).toMatchObject({
      id: 'mine-1',
      license: 'CC-BY-4.0',
      family: 'mobile-sam',
      title: 'MobileSAM',
    });
  });
});

describe('assertContract', () => {
  test.each(NAMES)('%s: files with the stated names pass, alone and together', (name) => {
    const manifest = testManifest(name);
    const { decoderInputs, decoderOutputs } = namesOf(manifest);
    expect(() => assertContract(manifest, namesOf(manifest))).not.toThrow();
    expect(() => assertContract(manifest, { decoderInputs, decoderOutputs })).not.toThrow();
  });

  test('outputs may be more than the manifest names', () => {
    const names = namesOf(testManifest());
    const decoderOutputs = [...names.decoderOutputs, '1441'];
    expect(() => assertContract(testManifest(), { ...names, decoderOutputs })).not.toThrow();
  });

  test.each([
    [
      'a missing input',
      { decoderInputs: ['image_embeddings', 'point_coords'] },
      /decoder inputs: the manifest says \[.*has_mask_input.*\], the file has \[image_embeddings, point_coords\]/,
    ],
    [
      'an input more',
      { encoderInputs: ['image', 'scale'] },
      /the manifest says \[image\], the file has \[image, scale\]/,
    ],
    [
      'other outputs',
      { decoderOutputs: ['masks'] },
      /says \[low_res_masks, iou_predictions\], the file has \[masks\]/,
    ],
    [
      'another encoder',
      { encoderOutputs: ['image_embed'] },
      /encoder outputs: .* the file has \[image_embed\]/,
    ],
  ])('%s is refused, and the message names both sides', (_, change, message) => {
    const manifest = testManifest();
    expect(() => assertContract(manifest, { ...namesOf(manifest), ...change })).toThrow(
      expect.objectContaining({ code: 'MODEL_CONTRACT_MISMATCH', message: expect.stringMatching(message) }),
    );
  });
});

describe('contradictions in a manifest', () => {
  const base = testManifest();
  const encoder = (change: object) => ({ ...base, encoder: { ...base.encoder, ...change } });
  const decoder = (change: object) => ({ ...base, decoder: { ...base.decoder, ...change } });
  test.each<[string, object, string]>([
    [
      'features only the encoder has',
      encoder({ outputs: { ...base.encoder.outputs, position: 'p' } }),
      'position must be both',
    ],
    [
      'a mask flag without a mask',
      decoder({ inputs: { ...base.decoder.inputs, maskInput: undefined } }),
      'hasMask needs decoder.inputs.maskInput',
    ],
    ['a box tensor that is never filled', decoder({ boxStyle: 'boxes' }), "boxStyle 'boxes' go together"],
    ['an image size without a name', decoder({ imageSizeDtype: 'float32' }), 'imageSizeDtype go together'],
    ['stretched and padded', encoder({ fit: 'stretch' }), "use pad 'none'"],
    ['padded by nobody', encoder({ pad: 'none' }), 'needs someone who pads'],
    ['a hash that is none', encoder({ file: { path: 'x', sha256: 'abc', bytes: 1 } }), '64 lower-case hex'],
    ['an id with a slash', { ...base, id: '../x' }, 'id must be lower-case'],
    ['a path that climbs', encoder({ file: { ...base.encoder.file, path: '../x.onnx' } }), 'path must stay'],
    ['an absolute path', decoder({ file: { ...base.decoder.file, path: '/etc/x' } }), 'path must stay'],
  ])('%s', (_, value, message) => {
    const { success, error } = ModelManifest.safeParse(value);
    expect(success).toBe(false);
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});

test('an embedding belongs to the encoder file alone', () => {
  expect(encoderKey(testManifest())).toBe('a'.repeat(64));
});
