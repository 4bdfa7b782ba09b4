// A thread does not inherit tsx's loader on every supported Node: take it up here, then go on in TypeScript.
import { register } from 'tsx/esm/api';

register();
await import('./picture-worker.ts');
