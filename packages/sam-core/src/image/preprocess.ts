import { fitSize } from '../geometry.ts';
import type { ModelManifest } from '../manifest.ts';
import type { FloatTensor } from '../tensor.ts';
import type { Pixels } from './pixels.ts';
import { resize } from './resize.ts';

type Preprocessing = Pick<ModelManifest, 'side' | 'encoder'>;

/**
 * What an embedding depends on besides the encoder's weights, as a short readable key.
 * @example "pil-bilinear|pad|448|nchw|mean 123.675,116.28,103.53|std 58.395,57.12,57.375"
 */
export function preprocessingKey({ side, encoder }: Preprocessing): string {
  const { normalize } = encoder;
  const resampler = encoder.resize === 'caller' ? 'pil-bilinear' : 'in-graph';
  const values =
    normalize.where === 'caller' ? [`mean ${normalize.mean}`, `std ${normalize.std}`] : [normalize.range];
  return [resampler, encoder.fit, side, encoder.input.layout, ...values].join('|');
}

/**
 * Pixels → the encoder's input tensor, float32: resized, normalised and zero-padded on the right and bottom AFTER
 * normalising (the padding is the mean colour, not black), each step only if the manifest leaves it to the caller.
 *
 * @returns [1,3,S,S] for `nchw`; the side is smaller or free where the graph pads or resizes
 * @source segment_anything/modeling/sam.py, Sam.preprocess
 */
export function encoderInput(pixels: Pixels, { side, encoder }: Preprocessing): FloatTensor {
  const content = encoder.resize === 'caller' ? resize(pixels, fitSize(pixels, side, encoder.fit)) : pixels;
  const padded = encoder.pad === 'caller' && encoder.resize === 'caller';
  const width = padded ? side : content.width;
  const height = padded ? side : content.height;
  const data = new Float32Array(3 * width * height);
  const planar = encoder.input.layout === 'nchw';
  const channelStep = planar ? width * height : 1;
  const pixelStep = planar ? 1 : 3;
  for (let channel = 0; channel < 3; channel++) {
    const table = normalizeTable(encoder.normalize, channel);
    for (let y = 0; y < content.height; y++) {
      let from = y * content.width * 3 + channel;
      let to = channel * channelStep + y * width * pixelStep;
      for (let x = 0; x < content.width; x++, from += 3, to += pixelStep) {
        data[to] = table[content.data[from]!]!;
      }
    }
  }
  const dims = { nchw: [1, 3, height, width], nhwc: [1, height, width, 3], hwc: [height, width, 3] };
  return { dims: dims[encoder.input.layout], data };
}

/** One float32 for each byte value: the division is done 256 times, not once for every pixel. */
function normalizeTable(normalize: ModelManifest['encoder']['normalize'], channel: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => {
    if (normalize.where === 'in-graph') return normalize.range === '0-255' ? value : value / 255;
    // float32 at each step, as torch computes it
    const shifted = Math.fround(value - Math.fround(normalize.mean[channel]!));
    return shifted / Math.fround(normalize.std[channel]!);
  });
}
