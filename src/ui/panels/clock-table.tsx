// How naive local times were read, source by source, and why.
import type { Source } from '../../api/sources.ts';
import page from '../pages/sources-page.module.css';
import { useWords } from '../state/language.tsx';
import { DataTable } from '../widgets/data-table.tsx';

export function ClockTable({ sources }: { readonly sources: readonly Source[] }) {
  const words = useWords();
  const clocks = sources.flatMap((source) =>
    source.clock === undefined ? [] : [{ ...source.clock, source: source.source }],
  );
  if (clocks.length === 0) return undefined;
  return (
    <section className={page.section}>
      <h2>{words.clocks}</h2>
      <DataTable
        label={words.clocks}
        rows={clocks}
        keyOf={(clock) => clock.source}
        columns={[
          { id: 'source', head: words.source, cell: (clock) => <span className="mono">{clock.source}</span> },
          { id: 'zone', head: words.zone, cell: (clock) => clock.zone },
          { id: 'reason', head: words.reason, cell: (clock) => <span className="dim">{clock.reason}</span> },
        ]}
      />
    </section>
  );
}
