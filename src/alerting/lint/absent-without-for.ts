import { childrenOf, type Expression } from '../../query/promql/ast.ts';
import type { AlertCheck } from './check.ts';

const asksForAbsence = (node: Expression): boolean =>
  (node.kind === 'call' && node.function.name === 'absent') || childrenOf(node).some(asksForAbsence);

export const absentWithoutFor: AlertCheck = {
  name: 'absent-without-for',
  summary: 'absent() without "for" fires whenever a scrape is late or a server starts anew',
  check: ({ rule, query }, report) => {
    if (rule.forMs > 0 || !asksForAbsence(query.expression)) return;
    report(
      'absent() holds as soon as one sample is missing: without "for" the alert fires at every restart of the target or of this server; ' +
        'wait for two scrapes at least',
      query.expression.range,
    );
  },
};
