// One row with everything that is known of it.
import { Link } from '@tanstack/react-router';
import type { LogRow } from '../../api/logs.ts';
import type { LogsSearch } from '../state/address.ts';
import { formatCurl } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { useOriginalRecord } from '../state/queries.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { FieldTable, type FieldEntry } from '../widgets/field-table.tsx';
import { formatNanos } from '../widgets/format.ts';
import { IconButton } from '../widgets/icon-button.tsx';
import { Swatch } from '../widgets/swatch.tsx';
import { attributeText } from './attribute-text.ts';
import classes from './log-detail.module.css';
import { SeverityMark } from './severity-mark.tsx';
import { TracebackView } from './traceback-view.tsx';

interface LogDetailProps {
  readonly row: LogRow;
  readonly onFilter: (field: string, value: string, isNegated?: boolean) => void;
  readonly onChange: (patch: Partial<LogsSearch>) => void;
  readonly onStep: (by: number) => void;
}

function mainEntries(row: LogRow): FieldEntry[] {
  const entries: FieldEntry[] = [
    { name: 'service', value: row.service, field: 'service' },
    {
      name: 'level',
      value: row.severityText === '' ? row.level : row.severityText,
      field: row.severityText.toLowerCase() === row.level ? 'level' : undefined,
    },
    { name: 'logger', value: row.logger, field: 'logger' },
    { name: 'event', value: row.event, field: 'event' },
    { name: 'trace', value: row.traceId ?? '', field: 'trace' },
    { name: 'span', value: row.spanId ?? '' },
    { name: 'observed', value: formatNanos(BigInt(row.observed)) },
    { name: 'original time', value: row.originalTime === undefined ? '' : formatNanos(BigInt(row.originalTime)) },
    { name: 'weight', value: row.weight === 1 ? '' : String(row.weight) },
  ];
  return entries.filter((entry) => entry.value !== '');
}

const labelEntries = (labels: Readonly<Record<string, string>>, kind: string): FieldEntry[] =>
  Object.entries(labels).map(([name, value]) => ({ name, value, field: `${kind}:${name}` }));

export function LogDetail({ row, onFilter, onChange, onStep }: LogDetailProps) {
  const words = useWords();
  const raw = useOriginalRecord(row);
  const attributes = row.attributes.map((attribute) => ({
    name: attribute.name,
    value: attributeText(attribute),
    field: attribute.kind === 'json' ? undefined : attribute.name,
  }));
  const sections: readonly (readonly [string, readonly FieldEntry[]])[] = [
    [words.attributes, attributes],
    [words.row, mainEntries(row)],
    [words.resource, labelEntries(row.resource, 'resource')],
    [words.stream, labelEntries(row.stream, 'stream')],
  ];
  return (
    <div className={classes.detail}>
      <div className={classes.head}>
        <div className={classes.title}>
          <SeverityMark level={row.level} />
          <time>{formatNanos(BigInt(row.time))}</time>
          <span className={classes.space} />
          <IconButton icon="up" label={words.previousRow} hotkey="k" onClick={() => onStep(-1)} />
          <IconButton icon="down" label={words.nextRow} hotkey="j" onClick={() => onStep(1)} />
          <IconButton icon="close" label={words.close} hotkey="Esc" onClick={() => onChange({ row: undefined })} />
        </div>
        <div className={classes.actions}>
          <span className="dim">
            <Swatch name={row.service} />
          </span>
          <span className={classes.space} />
          <button type="button" className="button" data-small onClick={() => onChange({ around: row.id })}>
            {words.aroundThis}
          </button>
          {row.traceId !== undefined && (
            <Link
              className="button"
              data-small
              to="/traces/$traceId"
              params={{ traceId: row.traceId }}
              search={{ span: row.spanId }}
            >
              {words.itsTrace}
            </Link>
          )}
          <CopyButton label={words.copyJson} done={words.copied} make={() => JSON.stringify(row, undefined, 2)} />
          <CopyButton label={words.copyCurl} done={words.copied} make={() => formatCurl(`/logs/row/${row.id}`)} />
        </div>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard */}
      <div className="scroll" tabIndex={0} role="region" aria-label={words.rowDetail}>
        <pre className={classes.body}>{row.body}</pre>
        {row.exception !== undefined && (
          <section className={classes.section}>
            <h3>{words.exception}</h3>
            <TracebackView exception={row.exception} />
          </section>
        )}
        {sections.map(([title, entries]) =>
          entries.length === 0 ? undefined : (
            <section key={title} className={classes.section}>
              <h3>{title}</h3>
              <FieldTable
                label={title}
                entries={entries}
                withLabel={words.onlyWith}
                withoutLabel={words.notWith}
                onFilter={onFilter}
              />
            </section>
          ),
        )}
        {raw !== undefined && raw !== row.body && (
          <section className={classes.section}>
            <h3>{words.raw}</h3>
            <pre className={`${classes.body} dim`}>{raw}</pre>
          </section>
        )}
      </div>
    </div>
  );
}
