import { nanosFromMillis, type UnixNanos } from '../model/units.ts';

/** The present, as the wall clock shows it. */
export function now(): UnixNanos {
  return nanosFromMillis(Date.now());
}
