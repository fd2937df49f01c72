// Every planted situation on every interpreter.
import { test } from 'vitest';
import { expectDiagnosis, plantedSituations } from '../support/planted-situations.ts';
import { supportedVersions } from '../support/python-target.ts';

const cells = plantedSituations.flatMap((situation) =>
  supportedVersions.map((version) => ({ name: situation[0], version, situation })),
);

test.for(cells)('$name on Python $version', ({ version, situation }, context) =>
  expectDiagnosis(context, version, situation),
);
