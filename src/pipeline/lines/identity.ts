import { canonicalLabels, fingerprintLabels, type LabelPair } from '../../model/series-identity.ts';

/** Labels in canonical order, and their fingerprint: equal sets of labels have equal ones. */
export class Identity {
  readonly labels: readonly LabelPair[];
  readonly fingerprint: bigint;
  /** The last day (since 1970) that this identity was written for in the block at hand. */
  lastDay = -1;

  constructor(labels: Readonly<Record<string, string>>) {
    this.labels = canonicalLabels(Object.entries(labels));
    this.fingerprint = fingerprintLabels(this.labels);
  }
}
