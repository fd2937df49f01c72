// The server itself: version, since when, what listens where.
import type { StatusResponse } from '../../api/status.ts';
import { useWords } from '../state/language.tsx';
import { FieldTable } from '../widgets/field-table.tsx';
import { formatMoment } from '../widgets/format.ts';

export function StatusTable({ status }: { readonly status: StatusResponse }) {
  const words = useWords();
  return (
    <FieldTable
      label={words.server}
      entries={[
        { name: words.version, value: `${status.version} (Node ${status.node})` },
        { name: words.since, value: formatMoment(Number(BigInt(status.started) / 1_000_000n)) },
        {
          name: words.store,
          value: `${words.storeStates[status.store.state]}${status.store.restarts > 0 ? `, ${words.restarts(String(status.store.restarts))}` : ''}`,
        },
        { name: words.tails, value: String(status.tails) },
        ...status.addresses.map((address) => ({
          name: address.name,
          value: address.state === 'open' ? address.address : `✕ ${address.reason ?? words.closed}`,
        })),
      ]}
    />
  );
}
