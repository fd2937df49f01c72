// How long telemetry is kept: by signal and retention class, as text `logs=7d,traces=3d,metrics=90d`.
import { err, ok, type Result } from '../base/result.ts';

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
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: DAY, w: 7 * DAY, y: 365 * DAY };
const SIGNALS = ['logs', 'traces', 'metrics'] as const;

export const defaultRetention: RetentionClass = { logs: 7 * DAY, traces: 3 * DAY, metrics: 90 * DAY };

/** Parses `logs=7d,traces=36h`; what is not named keeps its default. The error says what is wrong and what is expected. */
export function parseRetention(text: string): Result<RetentionClass, string> {
  const found: Record<string, number> = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const match = /^(\w+)\s*=\s*(\d+)([hdwy])$/.exec(part);
    const name = match?.[1] ?? '';
    if (match === null || !(SIGNALS as readonly string[]).includes(name))
      return err(
        `expected logs, traces or metrics = a number with h, d, w or y, as in logs=7d,traces=3d; got "${part}"`,
      );
    const millis = Number(match[2]) * UNITS[match[3]!]!;
    if (millis === 0) return err(`expected a time longer than nothing for ${name}; got "${part}"`);
    found[name] = millis;
  }
  return ok({ ...defaultRetention, ...found });
}
