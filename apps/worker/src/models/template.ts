import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '@maskloop/domain';
import {
  KNOWN_MODELS,
  type KnownModelName,
  type ModelFile,
  ModelManifest,
  manifestOf,
  TextModelManifest,
} from '@maskloop/sam-core';
import { z } from 'zod';
import { manifestsIn } from '../inference/model-files.ts';

/** A file of a known model: where it is published, and its hash if it is known already. */
const TemplateFile = z.object({
  path: z.string().min(1).max(500),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  bytes: z.number().int().positive().nullable(),
  /** null: nobody publishes it, it is exported by hand (see the note) */
  url: z
    .url({ protocol: /^https$/ })
    .nullable()
    .default(null),
});
export type TemplateFile = z.infer<typeof TemplateFile>;

const Part = z.object({ file: TemplateFile, external: z.array(TemplateFile).default([]) });
const names = Object.keys(KNOWN_MODELS) as [KnownModelName, ...KnownModelName[]];

/**
 * A published model before anybody has its files: `models/<id>.template.json`. The contract is sam-core's; the hash of
 * a file is recorded when it is first added and checked ever after.
 */
export const ModelTemplate = z.object({
  id: ModelManifest.shape.id,
  title: z.string().max(200),
  license: z.string().min(1).max(200),
  /** of the weights, for people */
  source: z.string().max(500),
  /** how to get or make the files */
  note: z.string().max(1_000),
  contract: z.enum(names),
  encoder: Part,
  decoder: Part,
});
export type ModelTemplate = z.infer<typeof ModelTemplate>;

const TextPart = z.object({ file: TemplateFile, external: z.array(TemplateFile).default([]) });
/** A text model before anybody has its files: a `TextModelManifest` whose hashes may be null, with where the files are. */
export const TextModelTemplate = TextModelManifest.extend({
  /** how to get or make the files */
  note: z.string().max(1_000).default(''),
  image: TextModelManifest.shape.image.extend(TextPart.shape),
  text: TextModelManifest.shape.text.extend(TextPart.shape),
  tokenizer: z.object({ file: TemplateFile }),
});
export type TextModelTemplate = z.infer<typeof TextModelTemplate>;

/** What `models add` can start from. */
export type Addable =
  | { readonly kind: 'template'; readonly template: ModelTemplate; readonly folder: string }
  | { readonly kind: 'manifest'; readonly manifest: ModelManifest; readonly folder: string }
  | { readonly kind: 'text'; readonly template: TextModelTemplate; readonly folder: string };

/** Every model of the models folder, by id: templates, and complete models in folders of their own. */
export async function knownModels(modelsDir: string): Promise<Map<string, Addable>> {
  const known = new Map<string, Addable>();
  const entries = await readdir(modelsDir).catch(() => []);
  for (const name of entries.filter((entry) => entry.endsWith('.template.json')).sort()) {
    const found = await readAddable(path.join(modelsDir, name));
    known.set(idOf(found), found);
  }
  for (const { manifest, folder } of await manifestsIn(modelsDir)) {
    known.set(manifest.id, { kind: 'manifest', manifest, folder });
  }
  return known;
}

/** @throws DomainError INVALID_INPUT naming the field */
export async function readAddable(file: string): Promise<Addable> {
  const folder = path.dirname(path.resolve(file));
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw invalid(`${file} cannot be read`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(`${file} is no JSON: ${(error as Error).message}`);
  }
  if (typeof json === 'object' && json !== null && 'contract' in json) {
    const parsed = ModelTemplate.safeParse(json);
    if (parsed.success) return { kind: 'template', template: parsed.data, folder };
    throw invalid(`${file}: ${issuesOf(parsed.error)}`);
  }
  if (typeof json === 'object' && json !== null && 'kind' in json && json.kind === 'text') {
    const text = TextModelTemplate.safeParse(json);
    if (text.success) return { kind: 'text', template: text.data, folder };
    throw invalid(`${file}: ${issuesOf(text.error)}`);
  }
  const parsed = ModelManifest.safeParse(json);
  if (parsed.success) return { kind: 'manifest', manifest: parsed.data, folder };
  throw invalid(`${file}: ${issuesOf(parsed.error)}`);
}

export const idOf = (model: Addable): string =>
  model.kind === 'manifest' ? model.manifest.id : model.template.id;

/** Template and the files at hand → manifest. @param hashes by path, for every file */
export function completed(template: ModelTemplate, hashes: ReadonlyMap<string, ModelFile>): ModelManifest {
  const described = descriptions(hashes);
  const part = ({ file, external }: ModelTemplate['encoder']) => ({
    file: described(file),
    external: external.map(described),
  });
  const { id, title, license, source, contract, encoder, decoder } = template;
  return manifestOf(contract, {
    id,
    title,
    license,
    source,
    encoder: part(encoder),
    decoder: part(decoder),
  });
}

/** As `completed`. */
export function completedText(
  { note: _, image, text, tokenizer, ...rest }: TextModelTemplate,
  hashes: ReadonlyMap<string, ModelFile>,
): TextModelManifest {
  const described = descriptions(hashes);
  const part = ({ file, external }: z.infer<typeof TextPart>) => ({
    file: described(file),
    external: external.map(described),
  });
  return {
    ...rest,
    image: { ...image, ...part(image) },
    text: { ...text, ...part(text) },
    tokenizer: { file: described(tokenizer.file) },
  };
}

const descriptions =
  (hashes: ReadonlyMap<string, ModelFile>) =>
  ({ path: name }: TemplateFile): ModelFile => {
    const file = hashes.get(name);
    if (file === undefined) throw new Error(`no hash of ${name}`);
    return file;
  };

/** All files of a model, external data included. */
export function filesOf<F>(model: {
  readonly encoder: { readonly file: F; readonly external: readonly F[] };
  readonly decoder: { readonly file: F; readonly external: readonly F[] };
}): F[] {
  const { encoder, decoder } = model;
  return [encoder.file, ...encoder.external, decoder.file, ...decoder.external];
}

function issuesOf(error: z.ZodError): string {
  return error.issues.map(({ path: field, message }) => `${field.join('.')}: ${message}`).join('; ');
}

const invalid = (message: string): DomainError => new DomainError('INVALID_INPUT', message);
