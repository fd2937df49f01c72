// Calendar fields (UTC) of a number of seconds since the epoch, which may be any number at all.

export interface CivilTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
  readonly daysInMonth: number;
}

const SECONDS_LIMIT = 2 ** 63;
const DAY_SECONDS = 86_400;
const DAYS_TO_EPOCH = 719_468;
const ERA_DAYS = 146_097;

/** What Prometheus answers for NaN, infinities and what 64 bits cannot hold: the conversion there overflows to this. */
const overflown: CivilTime = {
  year: 292_277_026_596,
  month: 12,
  day: 4,
  hour: 15,
  minute: 30,
  weekday: 0,
  yearDay: 339,
  daysInMonth: 31,
};

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;

/** The fields of `seconds`, fractions cut off towards zero. Days to dates by eras of 400 years that begin in March. */
export function toCivilTime(seconds: number): CivilTime {
  if (!(Math.abs(seconds) < SECONDS_LIMIT)) return overflown;
  const whole = Math.trunc(seconds);
  const days = Math.floor(whole / DAY_SECONDS);
  const ofDay = modulo(whole, DAY_SECONDS);
  const shifted = days + DAYS_TO_EPOCH;
  const era = Math.floor(shifted / ERA_DAYS);
  const ofEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const leap = isLeap(year) ? 1 : 0;
  const daysInMonth = month === 2 ? 28 + leap : [4, 6, 9, 11].includes(month) ? 30 : 31;
  // Counted from March, January begins on day 306.
  const yearDay = month <= 2 ? ofYear - 306 + 1 : ofYear + 59 + leap + 1;
  return {
    year,
    month,
    day,
    hour: Math.floor(ofDay / 3600),
    minute: Math.floor((ofDay % 3600) / 60),
    weekday: modulo(days + 4, 7),
    yearDay,
    daysInMonth,
  };
}
