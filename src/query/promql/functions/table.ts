// Every function of the language. A new one is a file in this folder and one line in the list.
import type { PromqlFunction } from '../function.ts';
import { absFunction } from './abs.ts';
import { absentFunction } from './absent.ts';
import { absentOverTimeFunction } from './absent-over-time.ts';
import { acosFunction } from './acos.ts';
import { acoshFunction } from './acosh.ts';
import { asinFunction } from './asin.ts';
import { asinhFunction } from './asinh.ts';
import { atanFunction } from './atan.ts';
import { atanhFunction } from './atanh.ts';
import { avgOverTimeFunction } from './avg-over-time.ts';
import { ceilFunction } from './ceil.ts';
import { changesFunction } from './changes.ts';
import { clampFunction } from './clamp.ts';
import { clampMaxFunction } from './clamp-max.ts';
import { clampMinFunction } from './clamp-min.ts';
import { cosFunction } from './cos.ts';
import { coshFunction } from './cosh.ts';
import { countOverTimeFunction } from './count-over-time.ts';
import { dayOfMonthFunction } from './day-of-month.ts';
import { dayOfWeekFunction } from './day-of-week.ts';
import { dayOfYearFunction } from './day-of-year.ts';
import { daysInMonthFunction } from './days-in-month.ts';
import { degFunction } from './deg.ts';
import { deltaFunction } from './delta.ts';
import { derivFunction } from './deriv.ts';
import { doubleExponentialSmoothingFunction } from './double-exponential-smoothing.ts';
import { endFunction } from './end.ts';
import { expFunction } from './exp.ts';
import { firstOverTimeFunction } from './first-over-time.ts';
import { floorFunction } from './floor.ts';
import { histogramAvgFunction } from './histogram-avg.ts';
import { histogramCountFunction } from './histogram-count.ts';
import { histogramFractionFunction } from './histogram-fraction.ts';
import { histogramQuantileFunction } from './histogram-quantile.ts';
import { histogramQuantilesFunction } from './histogram-quantiles.ts';
import { histogramStddevFunction } from './histogram-stddev.ts';
import { histogramStdvarFunction } from './histogram-stdvar.ts';
import { histogramSumFunction } from './histogram-sum.ts';
import { hourFunction } from './hour.ts';
import { ideltaFunction } from './idelta.ts';
import { increaseFunction } from './increase.ts';
import { infoFunction } from './info.ts';
import { irateFunction } from './irate.ts';
import { labelJoinFunction } from './label-join.ts';
import { labelReplaceFunction } from './label-replace.ts';
import { lastOverTimeFunction } from './last-over-time.ts';
import { lnFunction } from './ln.ts';
import { log10Function } from './log10.ts';
import { log2Function } from './log2.ts';
import { madOverTimeFunction } from './mad-over-time.ts';
import { maxOfFunction } from './max-of.ts';
import { maxOverTimeFunction } from './max-over-time.ts';
import { minOfFunction } from './min-of.ts';
import { minOverTimeFunction } from './min-over-time.ts';
import { minuteFunction } from './minute.ts';
import { monthFunction } from './month.ts';
import { piFunction } from './pi.ts';
import { predictLinearFunction } from './predict-linear.ts';
import { presentOverTimeFunction } from './present-over-time.ts';
import { quantileOverTimeFunction } from './quantile-over-time.ts';
import { radFunction } from './rad.ts';
import { rangeFunction } from './range.ts';
import { rateFunction } from './rate.ts';
import { resetsFunction } from './resets.ts';
import { roundFunction } from './round.ts';
import { scalarFunction } from './scalar.ts';
import { sgnFunction } from './sgn.ts';
import { sinFunction } from './sin.ts';
import { sinhFunction } from './sinh.ts';
import { sortFunction } from './sort.ts';
import { sortByLabelFunction } from './sort-by-label.ts';
import { sortByLabelDescFunction } from './sort-by-label-desc.ts';
import { sortDescFunction } from './sort-desc.ts';
import { sqrtFunction } from './sqrt.ts';
import { startFunction } from './start.ts';
import { startTimestampFunction } from './start-timestamp.ts';
import { stddevOverTimeFunction } from './stddev-over-time.ts';
import { stdvarOverTimeFunction } from './stdvar-over-time.ts';
import { stepFunction } from './step.ts';
import { sumOverTimeFunction } from './sum-over-time.ts';
import { tanFunction } from './tan.ts';
import { tanhFunction } from './tanh.ts';
import { timeFunction } from './time.ts';
import { timestampFunction } from './timestamp.ts';
import { tsOfFirstOverTimeFunction } from './ts-of-first-over-time.ts';
import { tsOfLastOverTimeFunction } from './ts-of-last-over-time.ts';
import { tsOfMaxOverTimeFunction } from './ts-of-max-over-time.ts';
import { tsOfMinOverTimeFunction } from './ts-of-min-over-time.ts';
import { vectorFunction } from './vector.ts';
import { yearFunction } from './year.ts';

/** All functions, by name. */
export const functions: readonly PromqlFunction[] = [
  absFunction,
  absentFunction,
  absentOverTimeFunction,
  acosFunction,
  acoshFunction,
  asinFunction,
  asinhFunction,
  atanFunction,
  atanhFunction,
  avgOverTimeFunction,
  ceilFunction,
  changesFunction,
  clampFunction,
  clampMaxFunction,
  clampMinFunction,
  cosFunction,
  coshFunction,
  countOverTimeFunction,
  dayOfMonthFunction,
  dayOfWeekFunction,
  dayOfYearFunction,
  daysInMonthFunction,
  degFunction,
  deltaFunction,
  derivFunction,
  doubleExponentialSmoothingFunction,
  endFunction,
  expFunction,
  firstOverTimeFunction,
  floorFunction,
  histogramAvgFunction,
  histogramCountFunction,
  histogramFractionFunction,
  histogramQuantileFunction,
  histogramQuantilesFunction,
  histogramStddevFunction,
  histogramStdvarFunction,
  histogramSumFunction,
  hourFunction,
  ideltaFunction,
  increaseFunction,
  infoFunction,
  irateFunction,
  labelJoinFunction,
  labelReplaceFunction,
  lastOverTimeFunction,
  lnFunction,
  log10Function,
  log2Function,
  madOverTimeFunction,
  maxOfFunction,
  maxOverTimeFunction,
  minOfFunction,
  minOverTimeFunction,
  minuteFunction,
  monthFunction,
  piFunction,
  predictLinearFunction,
  presentOverTimeFunction,
  quantileOverTimeFunction,
  radFunction,
  rangeFunction,
  rateFunction,
  resetsFunction,
  roundFunction,
  scalarFunction,
  sgnFunction,
  sinFunction,
  sinhFunction,
  sortFunction,
  sortByLabelFunction,
  sortByLabelDescFunction,
  sortDescFunction,
  sqrtFunction,
  startFunction,
  startTimestampFunction,
  stddevOverTimeFunction,
  stdvarOverTimeFunction,
  stepFunction,
  sumOverTimeFunction,
  tanFunction,
  tanhFunction,
  timeFunction,
  timestampFunction,
  tsOfFirstOverTimeFunction,
  tsOfLastOverTimeFunction,
  tsOfMaxOverTimeFunction,
  tsOfMinOverTimeFunction,
  vectorFunction,
  yearFunction,
];

const byName = new Map(functions.map((one) => [one.name, one]));

/** The function that is called `name`. */
export function findFunction(name: string): PromqlFunction | undefined {
  return byName.get(name);
}
