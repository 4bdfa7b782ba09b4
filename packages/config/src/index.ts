export { renderEnvExample, renderEnvTable } from './docs.ts';
export { type Env, EnvError, loadEnv, loadWebEnv, type WebEnv } from './load-env.ts';
export { type About, VARIABLES, type VariableName } from './variables.ts';
