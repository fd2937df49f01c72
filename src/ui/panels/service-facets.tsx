// Services with their spans and errors, and the operations of the chosen one with how slow they are.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TracesSearch } from '../state/address.ts';
import { listOperations, listServices } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { rangeInput } from '../state/queries.ts';
import type { ResolvedRange } from '../state/time-range.ts';
import { formatDuration, formatShort } from '../widgets/format.ts';
import { Swatch } from '../widgets/swatch.tsx';
import classes from './service-facets.module.css';

const MAX_OPERATIONS = 40;

interface ServiceFacetsProps {
  readonly range: ResolvedRange;
  readonly service: string | undefined;
  readonly operation: string | undefined;
  /** Operations are asked for once this is true: the traces themselves are wanted first. */
  readonly isReady: boolean;
  readonly onChange: (patch: Partial<TracesSearch>) => void;
}

export function ServiceFacets({ range, service, operation, isReady, onChange }: ServiceFacetsProps) {
  const words = useWords();
  const input = rangeInput(range);
  const services = useQuery({
    queryKey: ['services', input],
    queryFn: ({ signal }) => listServices(input, signal),
    placeholderData: keepPreviousData,
  });
  const operations = useQuery({
    queryKey: ['operations', input, service],
    queryFn: ({ signal }) => listOperations(input, service, signal),
    placeholderData: keepPreviousData,
    enabled: isReady,
  });
  const shown = (services.data?.services ?? []).filter((entry) => entry.spans > 0);
  return (
    <>
      <section className={classes.section}>
        <h2>
          {words.service} <span className="faint">{words.spansAndErrors}</span>
        </h2>
        {shown.map((entry) => (
          <button
            key={entry.service}
            type="button"
            className={classes.item}
            aria-pressed={entry.service === service}
            onClick={() =>
              onChange({ service: entry.service === service ? undefined : entry.service, operation: undefined })
            }
          >
            <Swatch name={entry.service} />
            <span className="dim">{formatShort(entry.spans)}</span>
            <span className={entry.spanErrors > 0 ? 'wrong' : 'faint'}>
              {entry.spanErrors > 0 ? words.errorCount(formatShort(entry.spanErrors)) : '–'}
            </span>
          </button>
        ))}
      </section>
      <section className={classes.section}>
        <h2>
          {words.operation} <span className="faint">p95</span>
        </h2>
        {(operations.data?.operations ?? []).slice(0, MAX_OPERATIONS).map((entry) => (
          <button
            key={`${entry.service} ${entry.operation} ${entry.kind}`}
            type="button"
            className={classes.item}
            title={`${entry.service} · ${entry.operation}: p50 ${formatDuration(Number(entry.p50))}, p95 ${formatDuration(Number(entry.p95))}, p99 ${formatDuration(Number(entry.p99))}`}
            aria-pressed={entry.operation === operation && entry.service === service}
            onClick={() =>
              onChange(
                entry.operation === operation && entry.service === service
                  ? { operation: undefined }
                  : { service: entry.service, operation: entry.operation },
              )
            }
          >
            {service === undefined ? (
              <Swatch name={entry.service} text={entry.operation} />
            ) : (
              <span>{entry.operation}</span>
            )}
            <span className={entry.errors > 0 ? 'wrong' : 'faint'}>
              {entry.errors > 0 ? words.errorCount(formatShort(entry.errors)) : ''}
            </span>
            <span className="dim">{formatDuration(Number(entry.p95))}</span>
          </button>
        ))}
      </section>
    </>
  );
}
