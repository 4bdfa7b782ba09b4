export { type Crop, cropsOf, touchesCropEdge } from './amg/crops.ts';
export {
  type Abort,
  type AmgContext,
  type AmgEngine,
  type AmgProgress,
  collectMasks,
  generateMasks,
  type Proposal,
} from './amg/generate.ts';
export { nonMaximumSuppression } from './amg/nms.ts';
export { AmgOptions } from './amg/options.ts';
export { pointGrid, pointsPerSide } from './amg/point-grid.ts';
export { AMG_PRESETS, type AmgPreset, amgPrompts } from './amg/presets.ts';
export { decodeEmbedding, encodeEmbedding } from './embedding/codec.ts';
export { fromFloat16, toFloat16 } from './embedding/float16.ts';
export { decodeTensorFile, encodeTensorFile, type TensorFile } from './embedding/safetensors.ts';
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
  KNOWN_MODELS,
  type KnownModel,
  type KnownModelName,
  type ModelIdentity,
  manifestOf,
} from './known-contracts.ts';
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
export { boundaryF, boundaryTolerance } from './mask/boundary.ts';
export {
  type CocoRle,
  compressCounts,
  expandCounts,
  parseRle,
  type RleLimits,
  toCocoRle,
} from './mask/coco-rle.ts';
export { DISTORTIONS, type Distortion, distortMask, WRONG_IOU } from './mask/distort.ts';
export { rlesOfLabels } from './mask/label-map.ts';
export { LogitSampler, type Measured } from './mask/logit-sampler.ts';
export { type Polygon, polygonsFromRle, type Ring, rleFromPolygons, simplifyRing } from './mask/polygon.ts';
export { maskFromLogits, rleFromLogits } from './mask/postprocess.ts';
export { previewLogits } from './mask/preview.ts';
export {
  type Cleaned,
  type Connectivity,
  fillSmallHoles,
  findRegions,
  type Region,
  removeSmallIslands,
} from './mask/regions.ts';
export {
  decodeRle,
  encodeRle,
  type Rle,
  rleArea,
  rleBox,
  rleHas,
  rleIntersection,
  rleIntersectionArea,
  rleIou,
  rleSubtract,
  rleUnion,
} from './mask/rle.ts';
export { stabilityOf, stabilityScore } from './mask/stability.ts';
export { type MaskWindow, windowRuns } from './mask/window.ts';
export {
  batchPrompts,
  type DecoderPrompt,
  inCrop,
  isAmbiguous,
  type LabelData,
  Prompt,
  PromptBox,
  PromptPoint,
  type PromptRequest,
  toDecoderPrompt,
} from './prompt.ts';
export type { FloatTensor, Tensor } from './tensor.ts';
export { cropWindow, maskCrop, textImageInput } from './text/crop.ts';
export {
  assertTextContract,
  TextModelManifest,
  type TextSessionNames,
  textModelFiles,
} from './text/manifest.ts';
export { cosine, fitTokens, phraseShares, sentenceOf, softmax } from './text/match.ts';
