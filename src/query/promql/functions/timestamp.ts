import type { GeneralFunction } from '../function.ts';
import { evaluateSampleTimes } from '../sample-times.ts';

export const timestampFunction: GeneralFunction = {
  kind: 'general',
  name: 'timestamp',
  arguments: ['vector'],
  returns: 'vector',
  summary: 'time of the sample in seconds',
  dependsOnTime: true,
  evaluate: (context) => evaluateSampleTimes(context, (series, index) => (series.times[index] ?? NaN) / 1000, true),
};
