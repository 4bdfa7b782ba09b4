import { describe } from 'vitest';
import { encodeSuite } from './encode-suite.ts';
import { redisForTests } from './stack.ts';

describe.runIf(redisForTests())('encode jobs, queues in Redis', () => encodeSuite('redis', 12));
