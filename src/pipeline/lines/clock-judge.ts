// Decides what zone the naive clocks of one source show. A line that has just arrived was written just now, so its reading must
// be now in the right zone: UTC (Python's utcnow), the source's own zone, or, when neither fits, another offset in use on Earth.
import type { ClockReading } from './line-decoder.ts';
import { offsetText, zoneOf } from './time-zone.ts';

/** A fresh line arrives at most this long after it was written, and clocks run ahead at most that much (seconds). */
const MAX_LATENESS = 300;
const MAX_AHEAD = 60;
/** A clock behind UTC may as well be a line that comes late: either it fits this closely, or it is seen again after that time. */
const CLOSE_FIT = 5;
const CONFIRM_AFTER = 5;
const MAX_CLOCKS = 64;

// Offsets in use that are no whole hours, in minutes.
const oddOffsets = [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825];
const offsets: readonly number[] = [...Array.from({ length: 27 }, (_, index) => (index - 12) * 60), ...oddOffsets];

const fits = (lateness: number): boolean => lateness >= -MAX_AHEAD && lateness <= MAX_LATENESS;

interface Suspicion {
  readonly offset: number;
  readonly arrival: number;
}

export class ClockJudge {
  readonly #zone: string;
  readonly #decided = new Map<string, string>();
  readonly #suspicions = new Map<string, Suspicion>();
  #shown: Readonly<Record<string, string>> = {};

  /** `zone` is the source's own; `decided` are decisions of before, or a person's. */
  constructor(zone: string, decided: Readonly<Record<string, string>> = {}) {
    this.#zone = zone;
    for (const [key, name] of Object.entries(decided)) if (zoneOf(name) !== undefined) this.#decided.set(key, name);
    this.#shown = Object.fromEntries(this.#decided);
  }

  /** What is decided: key of the clock → zone. The same object until something is added. */
  get clocks(): Readonly<Record<string, string>> {
    return this.#shown;
  }

  /** Takes the clock of a line that was written within moments of `arrival` (seconds since 1970). */
  observe({ key, local }: ClockReading, arrival: number): void {
    if (this.#decided.has(key) || this.#decided.size >= MAX_CLOCKS) return;
    for (const name of ['UTC', this.#zone]) {
      const instant = zoneOf(name)?.instantOf(local);
      if (instant !== undefined && fits(arrival - instant)) return this.#decide(key, name);
    }
    const minutes = offsets.find((offset) => fits(arrival - (local - offset * 60)));
    const before = this.#suspicions.get(key);
    if (minutes === undefined) this.#suspicions.delete(key);
    // A reading in the future is no late line, whatever its age.
    else if (minutes > 0 || Math.abs(arrival - (local - minutes * 60)) <= CLOSE_FIT)
      this.#decide(key, offsetText(minutes));
    else if (before === undefined || before.offset !== minutes) this.#suspicions.set(key, { offset: minutes, arrival });
    else if (arrival - before.arrival >= CONFIRM_AFTER) this.#decide(key, offsetText(minutes));
  }

  #decide(key: string, zone: string): void {
    this.#decided.set(key, zone);
    this.#suspicions.delete(key);
    this.#shown = Object.fromEntries(this.#decided);
  }
}
