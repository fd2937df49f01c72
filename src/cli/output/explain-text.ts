// What EXPLAIN of a PromQL query tells, for people.
import type { ExplainResponse } from '../../api/explain.ts';
import type { Palette } from './palette.ts';

const NANOS_A_MILLI = 1_000_000n;
const time = (nanos: string): string => new Date(Number(BigInt(nanos) / NANOS_A_MILLI)).toISOString();
const ms = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;
const count = (number: number, word: string): string => `${number.toLocaleString('en')} ${word}`;

/** Lines: the reads, the expressions with their times, the sums. */
export function formatExplain(answer: ExplainResponse, palette: Palette): string[] {
  const reads = answer.plan.map(
    ({ matchers, from, to, series, samples, milliseconds }) =>
      `  ${matchers}  ${time(from)} to ${time(to)}: ${count(series, 'series')}, ${count(samples, 'samples')}, ${ms(milliseconds)}`,
  );
  const stages = answer.stages.map(
    ({ depth, expression, milliseconds, series, samples }) =>
      `  ${'  '.repeat(depth)}${expression}: ${count(series, 'series')}, ${count(samples, 'samples')}, ${ms(milliseconds)}`,
  );
  return [
    palette.bold('reads'),
    ...(reads.length > 0 ? reads : ['  nothing']),
    palette.bold('evaluation'),
    ...stages,
    palette.bold('result'),
    `  ${count(answer.series, 'series')}, ${count(answer.samples, 'samples')}; ${count(answer.samplesRead, 'samples')} read, ` +
      `${count(answer.peakSamples, 'samples')} in memory at most; ${ms(answer.milliseconds)}`,
    ...[...answer.warnings, ...answer.infos].map((remark) => palette.yellow(`  ${remark}`)),
  ];
}
