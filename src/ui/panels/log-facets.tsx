// What the matching rows are made of: levels, services, and any other field on request.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LogSelectionInput } from '../../api/logs.ts';
import { countLogs, listLogFields, listTopValues } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import type { QueryTerm } from '../state/query-text.ts';
import { severityLooks } from '../state/severity.ts';
import { CountList, type CountedValue } from '../widgets/count-list.tsx';
import { formatShort } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import { Swatch } from '../widgets/swatch.tsx';
import classes from './log-facets.module.css';
import { SeverityMark } from './severity-mark.tsx';

const SHOWN_ABOVE: ReadonlySet<string> = new Set(['service', 'level', 'body']);
const MAX_FIELDS = 40;
const MAX_SERVICES = 30;
const MAX_VALUES = 10;

interface FacetProps {
  readonly input: LogSelectionInput;
  readonly terms: readonly QueryTerm[];
  readonly onFilter: (field: string, value: string, isNegated?: boolean) => void;
}

function stateOf(terms: readonly QueryTerm[], field: string, value: string): 'on' | 'off' | undefined {
  const term = terms.find((entry) => entry.kind === 'filter' && entry.field === field && entry.value === value);
  if (term?.kind !== 'filter') return undefined;
  return term.isNegated ? 'off' : 'on';
}

function FacetValues({
  field,
  values,
  terms,
  onFilter,
}: Omit<FacetProps, 'input'> & { field: string; values: readonly CountedValue[] }) {
  const words = useWords();
  return (
    <CountList
      values={values.map((entry) => ({ ...entry, state: stateOf(terms, field, entry.value) }))}
      includeLabel={(value) => words.onlyWith(field, value)}
      excludeLabel={(value) => words.notWith(field, value)}
      onPick={(value, isNegated) => onFilter(field, value, isNegated)}
    />
  );
}

function LevelFacet({ input, terms, onFilter }: FacetProps) {
  const words = useWords();
  // The other levels stay in sight when some are chosen.
  const { level: _, ...rest } = input;
  const counts = useQuery({
    queryKey: ['levels', rest],
    queryFn: ({ signal }) => countLogs({ ...rest, buckets: 1 }, signal),
    placeholderData: keepPreviousData,
  });
  const byLevel = new Map(
    counts.data?.groups.map((group) => [group.group, group.counts.reduce((sum, count) => sum + count, 0)]),
  );
  const values = severityLooks
    .filter((look) => (byLevel.get(look.level) ?? 0) > 0)
    .toReversed()
    .map((look) => ({
      value: look.level,
      count: byLevel.get(look.level),
      show: (
        <>
          <SeverityMark level={look.level} />
          <span className={classes.level}>{words.levels[look.level]}</span>
        </>
      ),
    }));
  return (
    <section className={classes.facet}>
      <h2 className={classes.head}>{words.level}</h2>
      <FacetValues field="level" values={values} terms={terms} onFilter={onFilter} />
    </section>
  );
}

function ServiceFacet({ input, terms, onFilter }: FacetProps) {
  const words = useWords();
  const { service: _, ...rest } = input;
  const top = useQuery({
    queryKey: ['values', rest, 'service', MAX_SERVICES],
    queryFn: ({ signal }) => listTopValues({ ...rest, field: 'service', limit: MAX_SERVICES }, signal),
    placeholderData: keepPreviousData,
  });
  const values = (top.data?.values ?? []).map(({ value, count }) => ({ value, count, show: <Swatch name={value} /> }));
  return (
    <section className={classes.facet}>
      <h2 className={classes.head}>{words.service}</h2>
      <FacetValues field="service" values={values} terms={terms} onFilter={onFilter} />
    </section>
  );
}

function FieldFacet({ field, rows, ...props }: FacetProps & { readonly field: string; readonly rows: number }) {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  const top = useQuery({
    queryKey: ['values', props.input, field, MAX_VALUES],
    queryFn: ({ signal }) => listTopValues({ ...props.input, field, limit: MAX_VALUES }, signal),
    placeholderData: keepPreviousData,
    enabled: isOpen,
  });
  return (
    <div>
      <button
        type="button"
        className={classes.head}
        aria-expanded={isOpen}
        title={field}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={isOpen ? 'down' : 'right'} size={10} />
        <span>{field}</span>
        <span className="faint" style={{ flex: 'none' }}>
          {formatShort(rows)}
        </span>
      </button>
      {isOpen && top.isPending && <div className={`${classes.wait} faint`}>{words.loading}</div>}
      {isOpen && (
        <FacetValues field={field} values={top.data?.values ?? []} terms={props.terms} onFilter={props.onFilter} />
      )}
    </div>
  );
}

/** Fields are asked for once `isReady`: that reads more than all else on the page, and what was searched for is wanted first. */
export function LogFacets({ isReady, ...props }: FacetProps & { readonly isReady: boolean }) {
  const words = useWords();
  const fields = useQuery({
    queryKey: ['fields', props.input],
    queryFn: ({ signal }) => listLogFields(props.input, signal),
    placeholderData: keepPreviousData,
    enabled: isReady,
  });
  const shown = (fields.data?.fields ?? []).filter((entry) => entry.kind !== 'json' && !SHOWN_ABOVE.has(entry.field));
  return (
    <>
      <LevelFacet {...props} />
      <ServiceFacet {...props} />
      <section className={classes.more}>
        <h2 className={classes.head}>{words.fields}</h2>
        {shown.slice(0, MAX_FIELDS).map((entry) => (
          <FieldFacet key={entry.field} field={entry.field} rows={entry.rows} {...props} />
        ))}
      </section>
    </>
  );
}
