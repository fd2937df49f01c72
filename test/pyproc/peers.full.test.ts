// Differential against py-spy and pystack on every interpreter.
import { test } from 'vitest';
import { expectSameAsPeers, expectSameRecording, peerPrograms } from '../support/peers.ts';
import { supportedVersions } from '../support/python-target.ts';

const cells = supportedVersions.flatMap((version) => peerPrograms.map((program) => ({ version, program })));

test.for(cells)('$program on Python $version', ({ version, program }, context) =>
  expectSameAsPeers(context, version, program),
);

test.for(supportedVersions)('record on Python %s', (version, context) =>
  expectSameRecording(context, version, '--full-filenames'),
);
