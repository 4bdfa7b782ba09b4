import type { ExportImage } from '@maskloop/db';

/**
 * Names pictures in the archive: as they were uploaded, made safe for every file system; a name that is taken already
 * (letter case and ending aside, because label files are called like their pictures) gets the beginning of the
 * picture's hash. The same images in the same order give the same names.
 */
export function fileNames(): (image: Pick<ExportImage, 'name' | 'sha256'>) => string {
  const taken = new Set<string>();
  return ({ name, sha256 }) => {
    const safe = safeName(name);
    const stem = stemOf(safe);
    const ending = safe.slice(stem.length);
    for (const candidate of [stem, `${stem}-${sha256.slice(0, 8)}`, `${stem}-${sha256}`]) {
      const key = candidate.toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return `${candidate}${ending}`;
    }
    throw new Error(`two images of one project have the same bytes: ${sha256}`);
  };
}

/** A file name without its ending. */
export function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** Without folders, control characters and what Windows forbids; never empty, never a dot first. */
export function safeName(name: string): string {
  const safe = name
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be taken out
    .replace(/[\u0000-\u001f\u007f"*/:<>?\\|]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(-150);
  return safe === '' ? 'image' : safe;
}
