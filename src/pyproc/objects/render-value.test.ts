import { test } from 'vitest';
import { checkLocalsRoundTrip } from '../../../test/support/locals-round-trip.ts';
import { needPython, supportedVersions } from '../../../test/support/python-target.ts';

test.for(supportedVersions)('400 random values of Python %s read as repr() shows them', async (version, context) => {
  await checkLocalsRoundTrip(needPython(context, version), 20_260_707, 400);
});
