import { describe } from 'vitest';
import { encodeSuite } from './encode-suite.ts';

describe('encode jobs, queues in PostgreSQL', () => encodeSuite('postgres', 11));
