import { labelsOfAbsent, invertPresence } from '../absence.ts';
import { argumentAt } from '../arguments.ts';
import type { GeneralFunction } from '../function.ts';

export const absentOverTimeFunction: GeneralFunction = {
  kind: 'general',
  name: 'absent_over_time',
  arguments: ['matrix'],
  returns: 'vector',
  summary: '1 where the range holds no sample, with the labels that the selector demands',
  evaluate: async (context) => {
    const selector = argumentAt(context, 0);
    const presence = await context.evaluatePresence(selector);
    return { kind: 'vector', block: invertPresence(presence, labelsOfAbsent(selector), true) };
  },
};
