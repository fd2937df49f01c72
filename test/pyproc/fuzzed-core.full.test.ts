import { test } from 'vitest';
import { fuzzCore } from '../support/fuzz-core.ts';
import { supportedVersions } from '../support/python-target.ts';

test.for(supportedVersions)('80 damaged cores of Python %s', { timeout: 300_000 }, (version, context) =>
  fuzzCore(context, version, 80),
);
