import { test } from 'vitest';
import { fuzzCore } from '../support/fuzz-core.ts';

test.for(['3.8', '3.13'])('15 damaged cores of Python %s', (version, context) => fuzzCore(context, version, 15));
