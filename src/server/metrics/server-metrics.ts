// What the server says of its parts at /metrics.
import type { StatusResponse } from '../../api/status.ts';
import type { StorageResponse } from '../../api/storage.ts';
import type { LedgerCounts } from '../../api/sources.ts';
import type { LedgerRow } from '../../ingest/ledger.ts';
import type { LiveTail } from '../tail/live-tail.ts';
import type { MetricRegistry, Reading } from './metric-registry.ts';

const outcomes: readonly (readonly [label: string, column: keyof LedgerCounts])[] = [
  ['stored', 'stored'],
  ['sampled_away', 'sampledAway'],
  ['quarantined', 'quarantined'],
  ['refused', 'refused'],
  ['deduplicated', 'deduplicated'],
  ['expired', 'expired'],
];

export interface ServerMetricFacts {
  readonly ledger: () => readonly LedgerRow[];
  readonly spool: () => StorageResponse['spool'];
  readonly turnedAway: () => number;
  readonly store: () => StatusResponse['store'];
  readonly tail: LiveTail;
  readonly isReady: () => boolean;
}

export function addServerMetrics(registry: MetricRegistry, facts: ServerMetricFacts): void {
  const bySource = (column: keyof LedgerCounts): Reading[] =>
    facts.ledger().map((row) => [[row.source], row[column]] as const);
  registry.reading('counter', 'holter_ingest_received_rows_total', 'Rows that came in', ['source'], () =>
    bySource('received'),
  );
  registry.reading(
    'counter',
    'holter_ingest_rows_total',
    'What became of the rows that came in; with holter_ingest_spooled_rows it adds up to the received ones',
    ['source', 'outcome'],
    () =>
      facts.ledger().flatMap((row) => outcomes.map(([label, column]) => [[row.source, label], row[column]] as const)),
  );
  registry.reading(
    'gauge',
    'holter_ingest_spooled_rows',
    'Rows that are durable and not in the engine yet',
    ['source'],
    () => bySource('inSpool'),
  );
  registry.reading(
    'counter',
    'holter_ingest_clamped_rows_total',
    'Rows from the future, kept with their arrival time',
    ['source'],
    () => bySource('clamped'),
  );
  registry.reading(
    'counter',
    'holter_ingest_turned_away_total',
    'Requests that were told to come again later, because the spool was full or could not be written',
    [],
    () => [[[], facts.turnedAway()]],
  );
  registry.reading('gauge', 'holter_spool_bytes', 'Size of the spool', [], () => [[[], facts.spool().bytes]]);
  registry.reading('gauge', 'holter_spool_budget_bytes', 'Size that the spool may reach', [], () => [
    [[], facts.spool().budgetBytes],
  ]);
  registry.reading('gauge', 'holter_store_up', 'Whether the storage engine answers', [], () => [
    [[], facts.store().state === 'up' ? 1 : 0],
  ]);
  registry.reading(
    'counter',
    'holter_store_restarts_total',
    'How often the store process was started again',
    [],
    () => [[[], facts.store().restarts]],
  );
  registry.reading('gauge', 'holter_live_tails', 'Open live tails', [], () => [[[], facts.tail.size]]);
  registry.reading('gauge', 'holter_ready', 'Whether /-/ready says so', [], () => [[[], facts.isReady() ? 1 : 0]]);
}
