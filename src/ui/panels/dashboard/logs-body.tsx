// Log rows of the panel's range: the part of the log query that our search knows.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { LogSearchInput } from '../../../api/logs.ts';
import { readLogSelector, type LogCondition } from '../../../dashboards/log-selector.ts';
import { searchLogs } from '../../state/api.ts';
import { useWords } from '../../state/language.tsx';
import { rangeInput } from '../../state/queries.ts';
import { Notice } from '../../widgets/notice.tsx';
import { LogLine } from '../log-line.tsx';
import type { PanelBodyProps } from './panel-body.ts';
import classes from './panel-bodies.module.css';

const MAX_ROWS = 100;
const DAY_MILLIS = 86_400_000;
/** Names that log shippers give to what we call the service. */
const SERVICE_LABELS = new Set(['service', 'service_name', 'app', 'job', 'container']);

type Filter = NonNullable<LogSearchInput['filters']>[number];

/** Labels are compared whole, lines contain. Our search has no "does not contain": it is the expression that says so. */
function filterOf({ field, operator, value }: LogCondition): Filter {
  const isBody = field === 'body';
  const name = SERVICE_LABELS.has(field) ? 'service' : field;
  if (operator === '=') return { field: name, op: isBody ? 'contains' : 'eq', value };
  if (operator === '!=' && !isBody) return { field: name, op: 'ne', value };
  return { field: name, op: 'regex', value: isBody ? value : `^(?:${value})$` };
}

export function LogsBody({ panel, planned, isVisible }: PanelBodyProps) {
  const words = useWords();
  const selector = readLogSelector(planned.targets[0]?.expression ?? '');
  const conditions = selector.ok ? [...selector.value.labels, ...selector.value.lines] : [];
  const negated = conditions.find(
    ({ operator, field }) => operator === '!~' || (operator === '!=' && field === 'body'),
  );
  const input: LogSearchInput = { ...rangeInput(planned.range), filters: conditions.map(filterOf), limit: MAX_ROWS };
  const found = useQuery({
    queryKey: ['logs', input],
    queryFn: ({ signal }) => searchLogs(input, signal),
    enabled: isVisible && selector.ok && negated === undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!selector.ok) return <Notice tone="warning">{selector.error}</Notice>;
  if (negated !== undefined)
    return <Notice tone="warning">{words.logFilterUnknown(`${negated.operator} "${negated.value}"`)}</Notice>;
  if (found.error !== null) return <Notice tone="error">{found.error.message}</Notice>;
  if (found.data === undefined) return <Notice>{words.loading}</Notice>;
  if (found.data.rows.length === 0) return <Notice>{words.nothingFound}</Notice>;
  const hasDay = planned.range.toMillis - planned.range.fromMillis > DAY_MILLIS;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard
    <div className={`${classes.logs} scroll`} tabIndex={0} role="region" aria-label={panel.title}>
      {found.data.rows.map((row) => (
        <Link key={row.id} to="/logs" search={{ row: row.id }} className={classes.log}>
          <LogLine row={row} words={[]} hasDay={hasDay} isWrapped={false} />
        </Link>
      ))}
    </div>
  );
}
