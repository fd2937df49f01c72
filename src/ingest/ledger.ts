// The loss ledger: what happened to every row that came, by source.
//   received = stored + sampled away + quarantined + refused + deduplicated + expired + in the spool
// It is the sum of the spool's records, so it survives what they survive; a segment's checkpoint carries the sums on.
import type { FrameCounts } from './intake.ts';
import type { BoundaryBody, DoneBody, RowsBySource, TallyBody } from './spool-records.ts';

/** Beyond so many sources, new ones are counted as one. */
const MAX_SOURCES = 20_000;
const OTHER_SOURCE = '(other sources)';
const RATE_WINDOW_MILLIS = 60_000;

export interface LedgerRow {
  readonly source: string;
  readonly received: number;
  readonly stored: number;
  readonly sampledAway: number;
  readonly quarantined: number;
  readonly refused: number;
  readonly deduplicated: number;
  readonly expired: number;
  readonly inSpool: number;
  /** Stored rows whose time lay in the future and became the arrival time. */
  readonly clamped: number;
  /** Unix ms. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Received rows a second over the last minute. */
  readonly rate: number;
}

type Sums = Record<Exclude<keyof LedgerRow, 'source' | 'inSpool' | 'rate'>, number> & {
  /** Rows that went into the spool, durably. */
  entered: number;
  /** Rows of them that are stored or lost. */
  resolved: number;
};

interface Account {
  readonly sums: Sums;
  /** Like `entered`, but counted when the frame is handed to the spool. */
  appended: number;
  recent: number;
  recentAt: number;
}

function newSums(at: number): Sums {
  return {
    received: 0,
    stored: 0,
    sampledAway: 0,
    quarantined: 0,
    refused: 0,
    deduplicated: 0,
    expired: 0,
    clamped: 0,
    entered: 0,
    resolved: 0,
    firstSeen: at,
    lastSeen: at,
  };
}

export class Ledger {
  readonly #accounts = new Map<string, Account>();

  /** The name that `source` is counted under. */
  nameOf(source: string): string {
    return this.#accounts.has(source) || this.#accounts.size < MAX_SOURCES ? source : OTHER_SOURCE;
  }

  #account(source: string, at: number): Account {
    const name = this.nameOf(source);
    let account = this.#accounts.get(name);
    if (account === undefined) {
      account = { sums: newSums(at), appended: 0, recent: 0, recentAt: at };
      this.#accounts.set(name, account);
    }
    return account;
  }

  /** Counts rows handed to the spool, or (negative) that they did not get there. */
  append(source: string, rows: number, at: number): void {
    this.#account(source, at).appended += rows;
  }

  /** A frame is durable; `at` is its arrival in Unix ms. */
  frame(source: string, counts: FrameCounts, at: number): void {
    const account = this.#account(source, at);
    const { sums } = account;
    sums.received += counts.received;
    sums.sampledAway += counts.sampledAway;
    sums.quarantined += counts.quarantined;
    sums.refused += counts.refused;
    sums.expired += counts.expired;
    sums.clamped += counts.clamped;
    sums.entered += counts.stored;
    this.#seen(account, counts.received, at);
  }

  /** Rows that never became a frame are durably counted. */
  tally({ at, sources }: TallyBody): void {
    for (const [source, { refused, deduplicated }] of Object.entries(sources)) {
      const account = this.#account(source, at);
      account.sums.received += refused + deduplicated;
      account.sums.refused += refused;
      account.sums.deduplicated += deduplicated;
      this.#seen(account, refused + deduplicated, at);
    }
  }

  #seen(account: Account, rows: number, at: number): void {
    account.recent = decayed(account, at) + rows;
    account.recentAt = Math.max(account.recentAt, at);
    account.sums.lastSeen = Math.max(account.sums.lastSeen, at);
  }

  /** A boundary that is read back knows how many rows came before it, also of frames that are damaged too far to tell. */
  boundary(entered: BoundaryBody['entered']): void {
    for (const [source, enteredUpTo] of Object.entries(entered)) {
      const sums = this.#accounts.get(source)?.sums;
      if (sums === undefined || enteredUpTo <= sums.entered) continue;
      sums.received += enteredUpTo - sums.entered;
      sums.entered = enteredUpTo;
    }
  }

  /** A block is out of the spool: what of it is not stored was lost on the way and is quarantined. */
  done({ entered, stored }: Pick<DoneBody, 'entered' | 'stored'>): void {
    for (const [source, enteredUpTo] of Object.entries(entered)) {
      const account = this.#accounts.get(source);
      if (account === undefined) continue;
      const { sums } = account;
      const expected = enteredUpTo - sums.resolved;
      const arrived = stored[source] ?? 0;
      sums.resolved = enteredUpTo;
      sums.stored += arrived;
      // A newer decoder may find more rows in a frame than the one that counted it.
      if (arrived > expected) sums.received += arrived - expected;
      else sums.quarantined += expected - arrived;
    }
  }

  /** What a boundary says of `sources`; of all sources that have rows in the spool when undefined. */
  entered(sources: Iterable<string> | undefined): BoundaryBody['entered'] {
    const rows: Record<string, number> = {};
    for (const source of sources ?? this.#accounts.keys()) {
      const account = this.#accounts.get(source);
      if (account !== undefined && account.appended !== account.sums.resolved) rows[source] = account.appended;
    }
    return rows satisfies RowsBySource;
  }

  snapshot(now: number): LedgerRow[] {
    return Array.from(this.#accounts, ([source, account]) => {
      const { entered, resolved, ...sums } = account.sums;
      const rate = (decayed(account, now) / RATE_WINDOW_MILLIS) * 1000;
      return { source, ...sums, inSpool: entered - resolved, rate };
    });
  }

  /** For a checkpoint. */
  save(): unknown {
    return Object.fromEntries(Array.from(this.#accounts, ([source, { sums }]) => [source, sums]));
  }

  /** Takes up what `save` gave; frames that were in flight then are forgotten. */
  load(saved: unknown): void {
    this.#accounts.clear();
    for (const [source, sums] of Object.entries(saved as Record<string, Sums>)) {
      this.#accounts.set(source, { sums: { ...sums }, appended: sums.entered, recent: 0, recentAt: sums.lastSeen });
    }
  }

  /** After a restart: nothing is in flight but what is durable. */
  settle(): void {
    for (const account of this.#accounts.values()) account.appended = account.sums.entered;
  }
}

/** Rows of the last minute, older ones weighing less and less. */
function decayed({ recent, recentAt }: Account, at: number): number {
  return at <= recentAt ? recent : recent * Math.exp((recentAt - at) / RATE_WINDOW_MILLIS);
}
