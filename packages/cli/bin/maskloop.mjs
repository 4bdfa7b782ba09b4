#!/usr/bin/env node
// In a clone the command runs from its source; `npm run build` makes dist/maskloop.mjs to take elsewhere.
import { register } from 'tsx/esm/api';

register();
await import('../src/main.ts');
