// A rule: its expression with its course, when it fired, what it says, and its alerts.
import { formatDuration as formatSpan } from '../../base/duration.ts';
import { Link } from '@tanstack/react-router';
import type { SeriesLabels } from '../../dashboards/legend.ts';
import { queriesPatch } from '../state/explore-address.ts';
import { useWords } from '../state/language.tsx';
import type { ActiveAlert, Rule } from '../state/prometheus.ts';
import { DataTable } from '../widgets/data-table.tsx';
import { formatDuration, formatMoment } from '../widgets/format.ts';
import { showValue } from '../state/explore-lines.ts';
import classes from './rule-detail.module.css';
import { RuleChart } from './rule-chart.tsx';
import { RuleState } from './rule-state.tsx';

/** Seconds as a rule file writes them. */
const spanOf = (seconds = 0): string => formatSpan(seconds * 1000);

function Pairs({ label, pairs }: { readonly label: string; readonly pairs: SeriesLabels | undefined }) {
  const entries = Object.entries(pairs ?? {});
  if (entries.length === 0) return undefined;
  return (
    <dl className={classes.pairs} aria-label={label}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {/^https?:\/\//.test(value) ? (
              <a href={value} target="_blank" rel="noreferrer">
                {value}
              </a>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function AlertTable({ alerts, now }: { readonly alerts: readonly ActiveAlert[]; readonly now: number }) {
  const words = useWords();
  const labelsOf = ({ labels }: ActiveAlert): string =>
    Object.entries(labels)
      .filter(([name]) => name !== 'alertname')
      .map(([name, value]) => `${name}=${value}`)
      .join('  ');
  return (
    <DataTable
      label={words.alerts}
      rows={alerts}
      keyOf={(alert) => JSON.stringify(alert.labels)}
      columns={[
        { id: 'state', head: words.state, cell: ({ state }) => <RuleState state={state} /> },
        {
          id: 'labels',
          head: words.labels,
          cell: (alert) => (
            <>
              <span className="mono">{labelsOf(alert)}</span>
              {Object.values(alert.annotations).map((text) => (
                <div key={text} className="dim">
                  {text}
                </div>
              ))}
            </>
          ),
        },
        { id: 'value', head: words.value, isNumber: true, cell: ({ value }) => showValue(Number(value)) },
        {
          id: 'since',
          head: words.activeSince,
          isNumber: true,
          cell: ({ activeAt }) => {
            const since = activeAt === undefined ? Number.NaN : Date.parse(activeAt);
            return Number.isNaN(since)
              ? ''
              : `${formatMoment(since)} (${formatDuration(Math.max(0, now - since) * 1e6)})`;
          },
        },
      ]}
    />
  );
}

export function RuleDetail({ rule, now }: { readonly rule: Rule; readonly now: number }) {
  const words = useWords();
  const alerts = rule.alerts ?? [];
  return (
    <div className={classes.detail}>
      <pre className={classes.query}>{rule.query}</pre>
      <div className={classes.facts}>
        {rule.type === 'alerting' && (
          <span className="dim">{words.firesAfter(spanOf(rule.duration), (rule.duration ?? 0) === 0)}</span>
        )}
        {(rule.keepFiringFor ?? 0) > 0 && <span className="dim">{words.keepsFiring(spanOf(rule.keepFiringFor))}</span>}
        <Link to="/metrics" search={queriesPatch([rule.query])}>
          {words.explore}
        </Link>
      </div>
      <div className={classes.texts}>
        <Pairs label={words.labels} pairs={rule.labels} />
        <Pairs label={words.annotations} pairs={rule.annotations} />
      </div>
      <RuleChart rule={rule} />
      {alerts.length > 0 && (
        <div className="scroll">
          <AlertTable alerts={alerts} now={now} />
        </div>
      )}
    </div>
  );
}
