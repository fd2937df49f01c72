// What became of the rows that came in: received = stored + all the others, or something is wrong with this program.
import type { LedgerCounts, Source } from '../../api/sources.ts';

/** Where a row can end, in the order of the books; `isLoss` marks what the reader may miss. */
export const ledgerFates = [
  { name: 'stored', isLoss: false },
  { name: 'inSpool', isLoss: false },
  { name: 'deduplicated', isLoss: false },
  { name: 'sampledAway', isLoss: false },
  { name: 'expired', isLoss: true },
  { name: 'quarantined', isLoss: true },
  { name: 'refused', isLoss: true },
] as const satisfies readonly { name: keyof LedgerCounts; isLoss: boolean }[];

/** Rows of which nobody knows where they went; 0 when the books balance. */
export function differenceOf(counts: LedgerCounts): number {
  return ledgerFates.reduce((rest, fate) => rest - counts[fate.name], counts.received);
}

/** Rows that were received and cannot be found. */
export function lostOf(counts: LedgerCounts): number {
  return ledgerFates.reduce((sum, fate) => sum + (fate.isLoss ? counts[fate.name] : 0), 0);
}

export function addLedgers(sources: readonly Source[]): LedgerCounts {
  const total = {
    clamped: 0,
    received: 0,
    stored: 0,
    sampledAway: 0,
    quarantined: 0,
    refused: 0,
    deduplicated: 0,
    expired: 0,
    inSpool: 0,
  };
  for (const { ledger } of sources) {
    for (const name of Object.keys(total) as (keyof LedgerCounts)[]) total[name] += ledger[name];
  }
  return total;
}
