import { fingerprintText } from '../../base/fingerprint.ts';

/** Labels sorted by name, and their fingerprint: equal sets of labels have equal ones. */
export class Identity {
  readonly labels: readonly (readonly [string, string])[];
  readonly fingerprint: bigint;
  /** The last day (since 1970) that this identity was written for in the block at hand. */
  lastDay = -1;

  constructor(labels: Readonly<Record<string, string>>) {
    this.labels = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.fingerprint = fingerprintText(this.labels.map(([name, value]) => `${name}\0${value}\0`).join(''));
  }
}
