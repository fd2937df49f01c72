// Differential against py-spy and pystack; the other versions run in peers.full.test.ts.
import { test } from 'vitest';
import { expectSameAsPeers, expectSameRecording, peerPrograms, recordFlags } from '../support/peers.ts';

test.for(peerPrograms)('%s %o', (program, context) => expectSameAsPeers(context, '3.12', program));

test.for(recordFlags)('record %s', (flag, context) => expectSameRecording(context, '3.12', flag));
