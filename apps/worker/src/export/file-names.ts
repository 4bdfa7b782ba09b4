import type { ExportImage } from '@maskloop/db';

/**
 * Names pictures in the archive: as they were uploaded, made safe for every file system; a name that is taken already
 * (letter case aside) gets the beginning of the picture's hash. The same images in the same order give the same names.
 */
export function fileNames(): (image: Pick<ExportImage, 'name' | 'sha256'>) => string {
  const taken = new Set<string>();
  return ({ name, sha256 }) => {
    const safe = safeName(name);
    const dot = safe.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, ''];
    for (const candidate of [safe, `${stem}-${sha256.slice(0, 8)}${ending}`, `${stem}-${sha256}${ending}`]) {
      const key = candidate.toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return candidate;
    }
    throw new Error(`two images of one project have the same bytes: ${sha256}`);
  };
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
