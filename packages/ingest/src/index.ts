export { type Derivatives, DISPLAY_SIDE, makeDerivatives, THUMBNAIL_SIDE } from './derivatives.ts';
export { FORMATS, type Format } from './formats.ts';
export { type IngestRequest, type IngestResult, type IngestTarget, ingestFile } from './ingest-file.ts';
export { type IngestZipRequest, ingestZip } from './ingest-zip.ts';
export { type ImageInfo, inspectImage, type Limits } from './inspect.ts';
export { checkEntry, entryName, isNoise, ZIP_LIMITS } from './zip-entries.ts';
