import type { LedgerCounts, Source } from '../../api/sources.ts';
import type { SeriesBreach } from '../../ingest/budget/series-budget.ts';
import type { LedgerRow } from '../../ingest/ledger.ts';
import type { QuarantinedRow } from '../../ingest/quarantine.ts';
import type { Handlers } from '../http/handler.ts';

const MAX_ERRORS = 5;
const MAX_BREACHES = 50;
const NANOS_A_MILLI = 1_000_000n;

/** Something that went wrong at a source; `at` in Unix ms. */
export type SourceFailure = Pick<QuarantinedRow, 'at' | 'reason' | 'sample'>;

/** What the inputs know of their sources. */
export interface SourceFacts {
  ledger(): readonly LedgerRow[];
  /** Rows that could not be understood, newest last. */
  quarantined(): readonly QuarantinedRow[];
  /** What went wrong when the source was fetched last. */
  failureOf(source: string): SourceFailure | undefined;
  /** Metrics that have come to their series budget, the most refused first. */
  breaches(): readonly SeriesBreach[];
  /** How naive local times of a source are read. */
  clockOf(source: string): Source['clock'];
}

const nanosOf = (millis: number): string => String(BigInt(Math.round(millis)) * NANOS_A_MILLI);

const outcomes = [
  'stored',
  'sampledAway',
  'quarantined',
  'refused',
  'deduplicated',
  'expired',
  'inSpool',
] as const satisfies readonly (keyof LedgerCounts)[];

function countsOf(row: LedgerCounts): LedgerCounts {
  const { received, clamped } = row;
  const counts = Object.fromEntries(outcomes.map((name) => [name, row[name]])) as Omit<
    LedgerCounts,
    'received' | 'clamped'
  >;
  return { received, ...counts, clamped };
}

function addCounts(rows: readonly LedgerCounts[]): LedgerCounts {
  const sum = (name: keyof LedgerCounts): number => rows.reduce((total, row) => total + row[name], 0);
  const counts = Object.fromEntries(outcomes.map((name) => [name, sum(name)])) as Omit<
    LedgerCounts,
    'received' | 'clamped'
  >;
  return { received: sum('received'), ...counts, clamped: sum('clamped') };
}

/** received − all that became of it: 0, unless this program has a fault. */
function differenceOf(counts: LedgerCounts): number {
  return counts.received - outcomes.reduce((total, name) => total + counts[name], 0);
}

export function sourceHandlers(facts: SourceFacts): Pick<Handlers, 'listSources' | 'readLedger'> {
  return {
    listSources() {
      const errors = Map.groupBy(facts.quarantined(), ({ source }) => source);
      const sources = facts.ledger().map((row): Source => {
        const clock = facts.clockOf(row.source);
        const failure = facts.failureOf(row.source);
        const rows: readonly SourceFailure[] = (errors.get(row.source) ?? []).slice(-MAX_ERRORS).toReversed();
        const last = failure === undefined ? rows : [failure, ...rows].slice(0, MAX_ERRORS);
        return {
          source: row.source,
          firstSeen: nanosOf(row.firstSeen),
          lastSeen: nanosOf(row.lastSeen),
          rowsPerSecond: row.rate,
          ledger: countsOf(row),
          ...(clock === undefined ? {} : { clock }),
          lastErrors: last.map(({ at, reason, sample }) => ({ time: nanosOf(at), reason, sample })),
        };
      });
      const breaches = facts.breaches().slice(0, MAX_BREACHES);
      return Promise.resolve({
        sources: sources.toSorted((a, b) => (a.source < b.source ? -1 : 1)),
        budgetBreaches: breaches.map(({ since, values, ...breach }) => ({
          ...breach,
          values: [...values],
          since: nanosOf(since),
        })),
      });
    },

    readLedger() {
      const rows = facts.ledger();
      const total = addCounts(rows);
      return Promise.resolve({
        total,
        sources: rows.map((row) => ({ source: row.source, counts: countsOf(row) })),
        difference: differenceOf(total),
      });
    },
  };
}
