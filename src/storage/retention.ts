// How long telemetry is kept: by signal and retention class.

export interface RetentionClass {
  /** Milliseconds. */
  readonly logs: number;
  readonly traces: number;
  readonly metrics: number;
}

export interface RetentionPolicy {
  /** By the number that rows carry; rows of a class that is not listed follow the first. */
  readonly classes: readonly RetentionClass[];
  /** Share of the disk (0–1) above which the oldest partitions go, whatever their class. */
  readonly diskShare?: number;
}

export interface DroppedPartition {
  readonly table: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly retention: number;
  readonly reason: 'expired' | 'disk';
}

const DAY = 86_400_000;

export const defaultRetention: RetentionClass = { logs: 7 * DAY, traces: 3 * DAY, metrics: 90 * DAY };
