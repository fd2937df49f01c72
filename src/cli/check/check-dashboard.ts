// Grafana dashboards: the expressions of all panels.
import { lintLive } from '../../alerting/lint/live/lint-live.ts';
import { lintExpression } from '../../query/promql/lint/lint-expression.ts';
import { readQuery } from '../../query/promql/query.ts';
import type { CheckContext, Remark } from './remark.ts';

/** Every `expr` below `value`, with the title of the panel around it. */
function* expressionsIn(value: unknown, title: string): Generator<{ readonly text: string; readonly title: string }> {
  if (Array.isArray(value)) {
    for (const one of value) yield* expressionsIn(one, title);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const record = value as Record<string, unknown>;
  const own = typeof record['title'] === 'string' && record['title'] !== '' ? record['title'] : title;
  if (typeof record['expr'] === 'string' && record['expr'] !== '') yield { text: record['expr'], title: own };
  for (const one of Object.values(record)) yield* expressionsIn(one, own);
}

const VARIABLE = /\$\{\w+(?::\w+)?\}|\$\w+|\[\[\w+\]\]/g;
const EXPRESSION = /[=!]~\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)/g;

/** Grafana's variables stand for texts that are not known here: durations where a range is, one of several values in an expression, else any word. */
function fillVariables(text: string): string {
  return text
    .replaceAll(/\$\{?__(?:rate_interval|interval|range)(?:_m?s)?\}?/g, '5m')
    .replaceAll(/\[\$\{?\w+(?::\w+)?\}?\]/g, '[5m]')
    .replaceAll(EXPRESSION, (matcher) => matcher.replaceAll(VARIABLE, '(?:one|other)'))
    .replaceAll(VARIABLE, 'variable');
}

/** Errors and findings of every expression of a Grafana dashboard; a server is asked where no variable stands. */
export async function checkDashboard(text: string, context: CheckContext): Promise<Remark[]> {
  const { language, live, recorded } = context;
  const remarks: Remark[] = [];
  let from = 0;
  for (const { text: expression, title } of expressionsIn(JSON.parse(text), '')) {
    const found = text.indexOf(JSON.stringify(expression), from);
    const at = found === -1 ? from : found;
    from = at + 1;
    const before = text.slice(0, at).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    const head = title === '' ? '' : `panel "${title}": `;
    const filled = fillVariables(expression);
    const query = readQuery(filled, language);
    if (!query.ok) {
      remarks.push({ ...place, level: 'error', message: `${head}${query.error.message}` });
      continue;
    }
    const tree = query.value.expression;
    const findings = [...lintExpression(tree)];
    if (live !== undefined && filled === expression)
      findings.push(...(await lintLive({ expression: tree, compiled: undefined, recorded }, live)));
    for (const { check, message, fix } of findings)
      remarks.push({ ...place, level: 'warning', message: `${head}${message}`, check, fix });
  }
  return remarks;
}
