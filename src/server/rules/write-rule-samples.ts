// What rules give goes the way of everything that comes in: as a remote-write frame through the intake.
import type { SampleWriter } from '../../alerting/rule/rule-group-run.ts';
import { encodeWriteRequest } from '../../formats/remote-write/encode.ts';
import type { Intake } from '../../ingest/intake.ts';
import { nanosFromMillis } from '../../model/units.ts';

/** The source of all rules in the loss ledger. */
export const RULES_SOURCE = 'rules';
const BATCH = 50_000;

/** Resolves when the samples are durable. */
export function writeRuleSamples(intake: Pick<Intake, 'accept'>): SampleWriter {
  return async (samples) => {
    for (let at = 0; at < samples.length; at += BATCH) {
      const body = encodeWriteRequest(samples.slice(at, at + BATCH));
      const received = nanosFromMillis(Date.now());
      await intake.accept({ kind: 'remote-write', source: RULES_SOURCE, received, body });
    }
  };
}
