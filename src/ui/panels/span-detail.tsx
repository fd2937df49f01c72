// One span with everything that is known of it.
import { Link } from '@tanstack/react-router';
import type { Attribute } from '../../api/common.ts';
import type { LogRow } from '../../api/logs.ts';
import { useWords } from '../state/language.tsx';
import type { SpanRow } from '../state/span-tree.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { FieldTable, type FieldEntry } from '../widgets/field-table.tsx';
import { formatDuration, formatNanos } from '../widgets/format.ts';
import { IconButton } from '../widgets/icon-button.tsx';
import { Swatch } from '../widgets/swatch.tsx';
import { attributeText } from './attribute-text.ts';
import classes from './log-detail.module.css';
import { LogLine } from './log-line.tsx';
import own from './span-detail.module.css';
import { TracebackView } from './traceback-view.tsx';

interface SpanDetailProps {
  readonly row: SpanRow;
  readonly traceStart: bigint;
  readonly logs: readonly LogRow[];
  readonly onClose: () => void;
}

const entriesOf = (attributes: readonly Attribute[]): FieldEntry[] =>
  attributes.map((attribute) => ({ name: attribute.name, value: attributeText(attribute) }));

export function SpanDetail({ row, traceStart, logs, onClose }: SpanDetailProps) {
  const words = useWords();
  const { span } = row;
  const resource = Object.entries(span.resource).map(([name, value]) => ({ name, value }));
  const events = span.events.filter((event) => span.exception === undefined || event.name !== 'exception');
  return (
    <div className={classes.detail}>
      <div className={classes.head}>
        <div className={classes.title}>
          <Swatch name={span.service} />
          <b>{span.name}</b>
          <span className={classes.space} />
          <CopyButton label={words.copyJson} done={words.copied} make={() => JSON.stringify(span, undefined, 2)} />
          <IconButton icon="close" label={words.close} hotkey="Esc" onClick={onClose} />
        </div>
        <div className={own.figures}>
          <span>{formatDuration(row.duration)}</span>
          <span>{words.selfTime(formatDuration(row.self))}</span>
          <span>+{formatDuration(row.offset)}</span>
          <span>{span.kind}</span>
          <span className="faint">{formatNanos(BigInt(span.start))}</span>
        </div>
        {span.status === 'error' && (
          <p className={own.wrong}>
            ✕ {words.statuses.error}
            {span.statusMessage !== '' && `: ${span.statusMessage}`}
          </p>
        )}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by the keyboard */}
      <div className="scroll" tabIndex={0} role="region" aria-label={words.spanDetail}>
        {span.exception !== undefined && (
          <section className={classes.section}>
            <h3>{words.exception}</h3>
            <TracebackView exception={span.exception} />
          </section>
        )}
        {logs.length > 0 && (
          <section className={classes.section}>
            <h3>{words.logs}</h3>
            {logs.map((log) => (
              <Link
                key={log.id}
                to="/logs"
                search={{ row: log.id, q: `trace:${span.traceId}` }}
                style={{ color: 'inherit' }}
              >
                <LogLine row={log} words={[]} hasDay={false} isWrapped />
              </Link>
            ))}
          </section>
        )}
        {span.attributes.length > 0 && (
          <section className={classes.section}>
            <h3>{words.attributes}</h3>
            <FieldTable label={words.attributes} entries={entriesOf(span.attributes)} />
          </section>
        )}
        {events.length > 0 && (
          <section className={classes.section}>
            <h3>{words.events}</h3>
            {events.map((event) => (
              <div key={`${event.time}${event.name}`} className={own.event}>
                <span className="faint">+{formatDuration(Number(BigInt(event.time) - traceStart))}</span> {event.name}
                <FieldTable label={event.name} entries={entriesOf(event.attributes)} />
              </div>
            ))}
          </section>
        )}
        {span.links.length > 0 && (
          <section className={classes.section}>
            <h3>{words.links}</h3>
            {span.links.map((link) => (
              <div key={`${link.traceId}${link.spanId}`} className={own.event}>
                <Link
                  to="/traces/$traceId"
                  params={{ traceId: link.traceId }}
                  search={{ span: link.spanId }}
                  className="mono"
                >
                  {link.traceId}
                </Link>
                <FieldTable label={words.links} entries={entriesOf(link.attributes)} />
              </div>
            ))}
          </section>
        )}
        <section className={classes.section}>
          <h3>{words.resource}</h3>
          <FieldTable
            label={words.resource}
            entries={[
              ...resource,
              { name: 'span id', value: span.spanId },
              ...(span.parentId === undefined ? [] : [{ name: 'parent id', value: span.parentId }]),
              ...(span.scope === '' ? [] : [{ name: 'scope', value: span.scope }]),
            ]}
          />
        </section>
      </div>
    </div>
  );
}
