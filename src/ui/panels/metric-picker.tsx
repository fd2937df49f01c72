// The list of metrics, narrowed by words of the name or its help text.
import { useMemo } from 'react';
import type { MetricNamesResponse } from '../../api/metrics.ts';
import type { MetricsSearch } from '../state/address.ts';
import { useWords } from '../state/language.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { formatShort } from '../widgets/format.ts';
import { Notice } from '../widgets/notice.tsx';
import { SearchBox, useFocusHandle } from '../widgets/search-box.tsx';
import { VirtualRows } from '../widgets/virtual-rows.tsx';
import classes from './metric-picker.module.css';

/** A name in two pieces; the second is never cut off, because the parts of a histogram differ in nothing else. */
function splitName(metric: string): [string, string] {
  const at = metric.search(/_(?:bucket|count|sum)$/);
  return at > 0 ? [metric.slice(0, at), metric.slice(at)] : [metric, ''];
}

interface MetricPickerProps {
  readonly metrics: MetricNamesResponse['metrics'];
  readonly find: string;
  readonly chosen: string | undefined;
  readonly isPending: boolean;
  readonly onChange: (patch: Partial<MetricsSearch>) => void;
}

export function MetricPicker({ metrics, find, chosen, isPending, onChange }: MetricPickerProps) {
  const words = useWords();
  const focus = useFocusHandle();
  useShortcut('/', words.search, () => focus.current?.());
  const shown = useMemo(() => {
    const wanted = find.toLowerCase().split(/\s+/);
    return metrics
      .filter((entry) => {
        const text = `${entry.metric} ${entry.help}`.toLowerCase();
        return wanted.every((word) => text.includes(word));
      })
      .toSorted((one, other) => one.metric.localeCompare(other.metric));
  }, [metrics, find]);
  const active = shown.findIndex((entry) => entry.metric === chosen);
  const pick = (index: number): void => {
    const entry = shown[index];
    if (entry !== undefined) onChange({ metric: entry.metric, match: undefined, by: undefined, show: undefined });
  };
  useShortcut('j', words.nextRow, () => pick(Math.min(shown.length - 1, active + 1)));
  useShortcut('k', words.previousRow, () => pick(Math.max(0, active - 1)));
  return (
    <>
      <div className={classes.find}>
        <SearchBox
          value={find}
          label={words.findMetric}
          placeholder={words.findMetric}
          clearLabel={words.clear}
          shortcut="/"
          focusHandle={focus}
          onType={(text) => onChange({ find: text })}
          onSubmit={(text) => onChange({ find: text })}
        />
      </div>
      {shown.length === 0 ? (
        <Notice>{isPending ? words.loading : words.noMetrics}</Notice>
      ) : (
        <VirtualRows
          label={words.metrics}
          count={shown.length}
          rowHeight={24}
          keyOf={(index) => shown[index]?.metric ?? String(index)}
          active={active}
          onActive={pick}
          onOpen={pick}
        >
          {(index) => {
            const entry = shown[index];
            return (
              entry && (
                <div className={classes.line} title={`${entry.metric}\n${entry.help}`.trimEnd()}>
                  <span className={classes.name}>
                    {splitName(entry.metric).map((piece) => (
                      <span key={piece}>{piece}</span>
                    ))}
                  </span>
                  <span className="label">{entry.type}</span>
                  <span className="number faint">{formatShort(entry.series)}</span>
                </div>
              )
            );
          }}
        </VirtualRows>
      )}
    </>
  );
}
