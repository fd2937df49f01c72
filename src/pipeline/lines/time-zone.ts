// Local clocks: a zone is "UTC", an offset such as "+05:45", or a name of the IANA database such as "Asia/Shanghai".

const OFFSET = /^([+-])(\d\d):(\d\d)$/;
/** Zones change their offset only at quarters of an hour. */
const QUARTER = 900;
const CACHED_QUARTERS = 4096;

/** The text of an offset in minutes: +08:00. */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** One zone; look it up with `zoneOf`. */
export class TimeZone {
  readonly name: string;
  readonly #fixed: number | undefined;
  readonly #format: Intl.DateTimeFormat | undefined;
  readonly #quarters = new Map<number, number>();

  /** Throws a RangeError when there is no such zone. */
  constructor(name: string) {
    this.name = name;
    const offset = OFFSET.exec(name);
    if (name === 'UTC') this.#fixed = 0;
    else if (offset !== null) {
      this.#fixed = (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -60 : 60);
    } else this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** Seconds that the local clock is ahead of UTC at an instant (seconds since 1970). */
  offsetAt(seconds: number): number {
    if (this.#fixed !== undefined) return this.#fixed;
    const quarter = Math.floor(seconds / QUARTER);
    const known = this.#quarters.get(quarter);
    if (known !== undefined) return known;
    const text = this.#format
      ?.formatToParts(quarter * QUARTER * 1000)
      .find(({ type }) => type === 'timeZoneName')?.value;
    const parts = /GMT([+-])(\d\d):(\d\d)/.exec(text ?? '');
    const offset = parts === null ? 0 : (Number(parts[2]) * 60 + Number(parts[3])) * (parts[1] === '-' ? -60 : 60);
    if (this.#quarters.size >= CACHED_QUARTERS) this.#quarters.clear();
    this.#quarters.set(quarter, offset);
    return offset;
  }

  /**
   * The instant of a local clock reading. A reading that happens twice is the earlier one (as Python's fold=0), one that never
   * happens (the clock jumped over it) is read with the offset of before.
   */
  instantOf(local: number): number {
    if (this.#fixed !== undefined) return local - this.#fixed;
    const before = local - this.offsetAt(local - 86_400);
    if (before + this.offsetAt(before) === local) return before;
    const after = local - this.offsetAt(local + 86_400);
    return after + this.offsetAt(after) === local ? after : before;
  }
}

const zones = new Map<string, TimeZone | undefined>();

/** The zone of that name, or undefined when there is none. */
export function zoneOf(name: string): TimeZone | undefined {
  if (zones.has(name)) return zones.get(name);
  let zone: TimeZone | undefined;
  try {
    zone = new TimeZone(name);
  } catch {
    zone = undefined;
  }
  if (zones.size >= 1024) zones.clear();
  zones.set(name, zone);
  return zone;
}
