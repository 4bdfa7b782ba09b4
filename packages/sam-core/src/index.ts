export {
  type Abort,
  type AmgContext,
  type AmgProgress,
  generateMasks,
  type Proposal,
} from './amg/generate.ts';
export { AmgOptions } from './amg/options.ts';
export { decodeEmbedding, encodeEmbedding } from './embedding/codec.ts';
export {
  degenerateReason,
  type EmbeddingStatistics,
  embeddingStatistics,
  isDegenerate,
  type TensorStatistics,
} from './embedding/statistics.ts';
export {
  bestCandidate,
  CANDIDATE_CHANNELS,
  type Candidate,
  type Candidates,
  candidates,
  createDecoder,
  createEncoder,
  createEngine,
  type DecoderOutput,
  decoderFeeds,
  decoderFetches,
  decoderOutputFrom,
  type Embedding,
  embeddingFrom,
  encoderFeeds,
  encoderFetches,
  type Feeds,
  type RunModel,
  type SamDecoder,
  type SamEncoder,
  type SamEngine,
} from './engine.ts';
export { SamCoreError, type SamCoreErrorCode } from './errors.ts';
export {
  type Box,
  type Fit,
  type Frame,
  fitSize,
  type In,
  type ModelFrame,
  modelFrame,
  type Point,
  type Size,
  toImageBox,
  toImagePoint,
  toModelBox,
  toModelPoint,
} from './geometry.ts';
export { cropPixels, fromRgba, type Pixels, pixels } from './image/pixels.ts';
export { encoderInput, preprocessingKey } from './image/preprocess.ts';
export { resize } from './image/resize.ts';
export {
  assertContract,
  EMBEDDING_ROLES,
  type EmbeddingRole,
  encoderKey,
  ModelContract,
  ModelFile,
  ModelManifest,
  type SessionNames,
} from './manifest.ts';
export { type BitMask, bitMask, maskArea, maskBox, maskIou } from './mask/bit-mask.ts';
export { maskFromLogits, previewLogits, rleFromLogits } from './mask/postprocess.ts';
export {
  type CocoRle,
  compressCounts,
  decodeRle,
  encodeRle,
  expandCounts,
  parseRle,
  type Rle,
  type RleLimits,
  rleArea,
  rleBox,
  rleIntersection,
  rleIou,
  rleSubtract,
  rleUnion,
  toCocoRle,
} from './mask/rle.ts';
export {
  batchPrompts,
  type DecoderPrompt,
  isAmbiguous,
  type LabelData,
  Prompt,
  PromptBox,
  PromptPoint,
  type PromptRequest,
  toDecoderPrompt,
} from './prompt.ts';
export type { FloatTensor, Tensor } from './tensor.ts';
