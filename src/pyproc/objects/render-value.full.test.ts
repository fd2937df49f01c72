import { test } from 'vitest';
import { checkLocalsRoundTrip } from '../../../test/support/locals-round-trip.ts';
import { needPython, supportedVersions } from '../../../test/support/python-target.ts';

test.for(supportedVersions)('10 000 random values of Python %s', { timeout: 300_000 }, async (version, context) => {
  for (let seed = 1; seed <= 10; seed++) await checkLocalsRoundTrip(needPython(context, version), seed, 1000);
});
