import type { GeneralFunction } from '../function.ts';
import { evaluateSampleTimes } from '../sample-times.ts';

export const startTimestampFunction: GeneralFunction = {
  kind: 'general',
  name: 'start_timestamp',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'when the counter of the sample began, in seconds',
  isExperimental: true,
  evaluate: (context) =>
    evaluateSampleTimes(context, (series, index) => (series.startTimes?.[index] ?? 0) / 1000, false),
};
