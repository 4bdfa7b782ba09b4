import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the clone. fileURLToPath, not URL.pathname: a path may contain spaces. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

/** @param {...string} parts */
export const inRoot = (...parts) => path.join(ROOT, ...parts);
