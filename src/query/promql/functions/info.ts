import { evaluateInfo } from '../evaluate-info.ts';
import type { GeneralFunction } from '../function.ts';

export const infoFunction: GeneralFunction = {
  kind: 'general',
  name: 'info',
  arguments: ['vector', 'vector'],
  variadic: 1,
  returns: 'vector',
  isExperimental: true,
  summary: 'adds the labels of the info series with the same instance and job',
  evaluate: evaluateInfo,
};
