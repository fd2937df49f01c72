// Which traces: service, operation, duration, status, attributes of a span.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TracesSearch } from '../state/address.ts';
import { listOperations, listServices } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { rangeInput } from '../state/queries.ts';
import { useRangeClock } from '../state/range-clock.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { SearchBox, useFocusHandle } from '../widgets/search-box.tsx';
import classes from './trace-filters.module.css';

interface TraceFiltersProps {
  readonly search: TracesSearch;
  /** Operations are asked for once this is true: the traces themselves are wanted first. */
  readonly isReady: boolean;
  readonly onChange: (patch: Partial<TracesSearch>) => void;
}

function NumberField({
  label,
  value,
  onCommit,
}: {
  label: string;
  value: string | undefined;
  onCommit: (value: string | undefined) => void;
}) {
  const [draft, setDraft] = useState(value ?? '');
  const [committed, setCommitted] = useState(value);
  if (committed !== value) {
    setCommitted(value);
    setDraft(value ?? '');
  }
  const commit = (): void => {
    if (draft !== (value ?? '')) onCommit(/^\d+(\.\d+)?$/.test(draft) ? draft : undefined);
  };
  return (
    <input
      className={`field ${classes.number}`}
      inputMode="decimal"
      aria-label={label}
      placeholder={label}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}

export function TraceFilters({ search, isReady, onChange }: TraceFiltersProps) {
  const words = useWords();
  const { range } = useRangeClock();
  const focus = useFocusHandle();
  const input = rangeInput(range);
  useShortcut('/', words.search, () => focus.current?.());
  const services = useQuery({
    queryKey: ['services', input],
    queryFn: ({ signal }) => listServices(input, signal),
    placeholderData: keepPreviousData,
  });
  const operations = useQuery({
    queryKey: ['operations', input, search.service],
    queryFn: ({ signal }) => listOperations(input, search.service, signal),
    enabled: isReady,
    placeholderData: keepPreviousData,
  });
  // What the address names is offered even when the range has none of it.
  const serviceNames = new Set(
    (services.data?.services ?? []).filter((entry) => entry.spans > 0).map((entry) => entry.service),
  );
  if (search.service !== undefined) serviceNames.add(search.service);
  const operationNames = new Set((operations.data?.operations ?? []).map((entry) => entry.operation));
  if (search.operation !== undefined) operationNames.add(search.operation);
  return (
    <div className={classes.bar}>
      <select
        className="field"
        aria-label={words.service}
        value={search.service ?? ''}
        onChange={(event) => onChange({ service: event.target.value, operation: undefined })}
      >
        <option value="">{words.anyService}</option>
        {[...serviceNames].toSorted().map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        className="field"
        aria-label={words.operation}
        value={search.operation ?? ''}
        onChange={(event) => onChange({ operation: event.target.value })}
      >
        <option value="">{words.anyOperation}</option>
        {[...operationNames].toSorted().map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <span className={classes.group}>
        <NumberField label={words.minDuration} value={search.min} onCommit={(min) => onChange({ min })} />–
        <NumberField label={words.maxDuration} value={search.max} onCommit={(max) => onChange({ max })} />
        ms
      </span>
      <span className={classes.group} role="group" aria-label={words.status}>
        {(['error', 'ok'] as const).map((status) => (
          <button
            key={status}
            type="button"
            className="button"
            aria-pressed={search.status === status}
            onClick={() => onChange({ status: search.status === status ? undefined : status })}
          >
            {words.statuses[status]}
          </button>
        ))}
      </span>
      <SearchBox
        value={search.attribute ?? ''}
        label={words.attributeFilter}
        placeholder={words.attributeHint}
        clearLabel={words.clear}
        shortcut="/"
        focusHandle={focus}
        onSubmit={(attribute) => onChange({ attribute })}
      />
    </div>
  );
}
