import { test } from 'vitest';
import { fuzzLines } from './fuzz.case.ts';

const seed = Date.now() % 2 ** 31;
test(`a million mutated records (seed ${seed})`, () => fuzzLines(1_000_000, seed), 600_000);
