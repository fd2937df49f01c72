// When a group is evaluated: every `intervalMs`, at a place inside of the interval that its name decides, so that not all groups run at
// once and each keeps its place over restarts.
import { fingerprintText } from '../../base/fingerprint.ts';

/** The place of a group inside of its interval (ms). */
export function groupOffset(file: string, name: string, intervalMs: number): number {
  return Number(BigInt.asUintN(64, fingerprintText(`${file};${name}`)) % BigInt(intervalMs));
}

/** The last evaluation time that is not after `nowMs`. */
export function lastSlot(nowMs: number, intervalMs: number, offsetMs: number): number {
  return Math.floor((nowMs - offsetMs) / intervalMs) * intervalMs + offsetMs;
}

/** The slot to evaluate after `slotMs` when it is `nowMs`, and how many between the two can no longer be. */
export function nextSlot(slotMs: number, intervalMs: number, nowMs: number): { slotMs: number; missed: number } {
  const steps = Math.max(1, Math.floor((nowMs - slotMs) / intervalMs));
  return { slotMs: slotMs + steps * intervalMs, missed: steps - 1 };
}
