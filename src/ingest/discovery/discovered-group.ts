import type { LabelPair } from '../../model/series-identity.ts';

/** Targets that were found together. */
export interface DiscoveredGroup {
  /** The labels of each: __address__, and what discovery says of it alone. */
  readonly targets: readonly (readonly LabelPair[])[];
  /** Labels of all of them; a target's own wins. */
  readonly labels: readonly LabelPair[];
}

/** One way to find targets, asked again and again. */
export interface TargetSource {
  /** ms between two looks; 0 for what never changes. */
  readonly interval: number;
  /** Looks now. Rejects when nothing is known: what was found before stays. What fails only in part is told to `report`. */
  find(signal: AbortSignal, report: (problem: string) => void): Promise<readonly DiscoveredGroup[]>;
  /** Calls `changed` when it is worth a look before the interval is over; returns what ends that. */
  watch?(changed: () => void): () => void;
}

/** A group as it is written in files: addresses and labels. */
export function groupOf(
  { targets, labels }: { readonly targets: readonly string[]; readonly labels: readonly LabelPair[] },
  ...more: readonly LabelPair[]
): DiscoveredGroup {
  return { targets: targets.map((address) => [['__address__', address]]), labels: [...labels, ...more] };
}
