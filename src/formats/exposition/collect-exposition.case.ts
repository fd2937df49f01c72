// Turns what a parser gives its sink into lines of text, for the tests of both text formats.
import { formatFloatPlain } from '../../base/float-text.ts';
import type { Result } from '../../base/result.ts';
import type { Labels } from '../../model/labels.ts';
import type { ExpositionError, ExpositionSink } from './sink.ts';

const show = (labels: Labels): string =>
  `{${[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
const time = (ms: number | undefined): string => (ms === undefined ? '' : ` @${ms}`);

/** One line an event; the error, if any, last. */
export function collectExposition(parse: (sink: ExpositionSink) => Result<void, ExpositionError>): string[] {
  const lines: string[] = [];
  const result = parse({
    type: (metric, type) => lines.push(`type ${metric} ${type}`),
    help: (metric, text) => lines.push(`help ${metric} ${text}`),
    unit: (metric, unit) => lines.push(`unit ${metric} ${unit}`),
    sample: (sample) => {
      const { exemplar } = sample;
      const example =
        exemplar === undefined
          ? ''
          : ` # ${show(exemplar.labels)} ${formatFloatPlain(exemplar.value)}${time(exemplar.timestampMs)}`;
      const head = `${sample.seriesId}${sample.isNewSeries ? ' new' : ''} ${show(sample.labels())}`;
      lines.push(`${head} ${formatFloatPlain(sample.value)}${time(sample.timestampMs)}${example}`);
    },
  });
  if (!result.ok) {
    const { line, column, message } = result.error;
    lines.push(`error ${line}:${column} ${message.slice(0, message.lastIndexOf(` (${line}:`))}`);
  }
  return lines;
}
