import { test } from 'vitest';
import { fuzzLines } from './fuzz.case.ts';

test('300 000 mutated records', () => fuzzLines(300_000, 20_261_121), 120_000);
