// How the explorer shows its answers: graph or table, stacked, exemplars, the width of a step.
import { formatDuration } from '../../base/duration.ts';
import { readInterval } from '../../dashboards/interval.ts';
import { useState } from 'react';
import type { MetricsSearch } from '../state/address.ts';
import { useWords } from '../state/language.tsx';
import classes from './explorer.module.css';

interface ExplorerToolsProps {
  readonly search: MetricsSearch;
  /** Milliseconds, as it was chosen. */
  readonly step: number;
  readonly isTable: boolean;
  readonly onChange: (patch: Partial<MetricsSearch>) => void;
}

function StepField({ search, step, onChange }: ExplorerToolsProps) {
  const words = useWords();
  const [draft, setDraft] = useState(search.step ?? '');
  const isBad = draft.trim() !== '' && readInterval(draft) === undefined;
  const submit = (): void => {
    if (!isBad) onChange({ step: draft.trim() === '' ? undefined : draft.trim() });
  };
  return (
    <label>
      {words.step}
      <input
        className={`field mono ${classes.step}`}
        value={draft}
        placeholder={formatDuration(step)}
        aria-invalid={isBad}
        title={words.stepHint}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') submit();
        }}
      />
    </label>
  );
}

export function ExplorerTools(props: ExplorerToolsProps) {
  const { search, isTable, onChange } = props;
  const words = useWords();
  return (
    <div className={classes.tools}>
      <span role="group" aria-label={words.viewAs} className={classes.group}>
        <button type="button" className="button" aria-pressed={!isTable} onClick={() => onChange({ view: undefined })}>
          {words.graph}
        </button>
        <button type="button" className="button" aria-pressed={isTable} onClick={() => onChange({ view: 'table' })}>
          {words.table}
        </button>
      </span>
      {!isTable && (
        <>
          <button
            type="button"
            className="button"
            aria-pressed={search.stack === '1'}
            onClick={() => onChange({ stack: search.stack === '1' ? undefined : '1' })}
          >
            {words.stacked}
          </button>
          <button
            type="button"
            className="button"
            aria-pressed={search.exemplars === '1'}
            title={words.exemplarsHint}
            onClick={() => onChange({ exemplars: search.exemplars === '1' ? undefined : '1' })}
          >
            {words.exemplars}
          </button>
          <StepField key={search.step ?? ''} {...props} />
        </>
      )}
    </div>
  );
}
