import { test } from 'vitest';
import { fuzzLines } from './fuzz.case.ts';

test('100 000 mutated records', () => fuzzLines(100_000, 20_261_121), 120_000);
