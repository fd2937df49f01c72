import type { Int64Column } from '../../model/columns.ts';

const MINUTE = 60_000_000_000;
const MINUTES_A_DAY = 1440;
/** Nearer to the turn of a minute than this the time as a double may lie on its wrong side. */
const UNSURE = 1024;

/** The minute since 1970, signed, that row `row` lies in, exactly. */
export function minuteOf(time: Int64Column, row: number): number {
  const nanos = time.approximate(row);
  const minute = Math.floor(nanos / MINUTE);
  const rest = nanos - minute * MINUTE;
  if (rest >= UNSURE && rest <= MINUTE - UNSURE) return minute;
  const exact = time.get(row);
  const quotient = Number(exact / BigInt(MINUTE));
  return exact < 0n && exact % BigInt(MINUTE) !== 0n ? quotient - 1 : quotient;
}

/** The day since 1970 that a minute lies on, as the two bytes of the engine's Date. */
export function dayBytes(minute: number): Uint8Array {
  const day = Math.max(0, Math.floor(minute / MINUTES_A_DAY));
  return Uint8Array.of(day & 0xff, day >> 8);
}
