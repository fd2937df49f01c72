import type { GeneralFunction } from '../function.ts';
import { argumentAt, evaluateVector } from '../arguments.ts';
import { invertPresence, labelsOfAbsent } from '../absence.ts';

export const absentFunction: GeneralFunction = {
  kind: 'general',
  name: 'absent',
  arguments: ['vector'],
  returns: 'vector',
  summary: '1 where the vector has no sample, with the labels that the selector demands',
  evaluate: async (context) => {
    const input = await evaluateVector(context, 0);
    return { kind: 'vector', block: invertPresence(input, labelsOfAbsent(argumentAt(context, 0)), false) };
  },
};
