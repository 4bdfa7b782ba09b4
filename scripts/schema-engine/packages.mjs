// The npm packages of the engine, resolved from packages/db: it declares them, wherever npm put them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(new URL('../../packages/db/package.json', import.meta.url));

/** @type {typeof import('pg')} */
export const pg = require('pg');
/** @type {typeof import('@prisma/adapter-pg')} */
export const adapterPg = require('@prisma/adapter-pg');
/** @type {typeof import('@prisma/driver-adapter-utils')} */
export const adapterUtils = require('@prisma/driver-adapter-utils');

const engineModule = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
const engineFolder = path.dirname(engineModule);

/** @returns {string} version of the engine package */
export const engineVersion = () =>
  JSON.parse(readFileSync(path.join(engineFolder, 'package.json'), 'utf8')).version;

/** The engine reports Rust panics here, before the WebAssembly trap reaches us. */
export const panics = {
  message: '',
  set_message: (/** @type {string} */ message) => {
    panics.message = message;
  },
};

/** @returns {Promise<any>} the engine's JavaScript face, its WebAssembly loaded */
export async function loadEngine() {
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panics });
  const face = await import(engineModule);
  const bytes = readFileSync(path.join(engineFolder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': face });
  face.__wbg_set_wasm(instance.exports);
  /** @type {() => void} */ (instance.exports.__wbindgen_start)();
  return face;
}
