// The one time-range picker of the application.
import { Popover } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { refreshChoices } from '../state/address.ts';
import { useWords } from '../state/language.tsx';
import { useRangeClock } from '../state/range-clock.tsx';
import { useShortcut } from '../state/shortcuts.tsx';
import { absoluteRange, isRelative, parseTyped, relativeWidths } from '../state/time-range.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { formatMoment, formatZone } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import classes from './time-range-picker.module.css';

function AbsoluteForm({ onDone }: { readonly onDone: () => void }) {
  const words = useWords();
  const { range, setRange } = useRangeClock();
  const [from, setFrom] = useState(formatMoment(range.fromMillis));
  const [to, setTo] = useState(formatMoment(range.toMillis));
  const [isBad, setBad] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const now = Date.now();
    const [start, end] = [parseTyped(from, now), parseTyped(to, now)];
    const isOrdered =
      start !== undefined &&
      end !== undefined &&
      (start.startsWith('now') || Number(start) < Number(end) || end.startsWith('now'));
    setBad(!isOrdered);
    if (start === undefined || end === undefined || !isOrdered) return;
    setRange({ from: start, to: end });
    onDone();
  };
  return (
    <form className={classes.absolute} onSubmit={submit}>
      <label>
        {words.from}
        <input
          className="field mono"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
          aria-invalid={isBad}
        />
      </label>
      <label>
        {words.to}
        <input className="field mono" value={to} onChange={(event) => setTo(event.target.value)} aria-invalid={isBad} />
      </label>
      {isBad && (
        <span className="wrong" role="alert">
          {words.badTime}
        </span>
      )}
      <div className={classes.foot}>
        <span className="faint">{formatZone()}</span>
        <button type="submit" className="button" data-active>
          {words.apply}
        </button>
      </div>
    </form>
  );
}

export function TimeRangePicker() {
  const words = useWords();
  const { expression, range, refresh, refreshSeconds, setRange, setRefresh } = useRangeClock();
  const [isOpen, setOpen] = useState(false);
  useShortcut('t', words.timeRange, () => setOpen(true));
  useShortcut('r', words.refresh, refresh);
  const width = range.toMillis - range.fromMillis;
  const shift = (by: number): void => setRange(absoluteRange(range.fromMillis + by, range.toMillis + by));
  const relative = expression.to === 'now' ? /^now-(\w+)$/.exec(expression.from)?.[1] : undefined;
  const shown =
    relative === undefined
      ? `${formatMoment(range.fromMillis)} – ${formatMoment(range.toMillis)}`
      : words.lastTime(words.timeWidth(relative));
  const freeze = (): string => {
    const url = new URL(location.href);
    url.searchParams.set('from', String(Math.floor(range.fromMillis)));
    url.searchParams.set('to', String(Math.ceil(range.toMillis)));
    url.searchParams.delete('refresh');
    return url.href;
  };
  return (
    <div className={classes.steps}>
      <button
        type="button"
        className={`button ${classes.wide}`}
        data-bare
        onClick={() => shift(-width / 2)}
        aria-label={words.earlier}
        title={words.earlier}
      >
        <Icon name="left" />
      </button>
      <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus withRoles={false}>
        <Popover.Target>
          <button
            type="button"
            className={`button ${classes.value}`}
            onClick={() => setOpen(!isOpen)}
            aria-expanded={isOpen}
            aria-haspopup="dialog"
            title={`${formatMoment(range.fromMillis)} – ${formatMoment(range.toMillis)} ${formatZone()} (t)`}
          >
            <Icon name="clock" /> {shown}
          </button>
        </Popover.Target>
        <Popover.Dropdown className={classes.panel} role="dialog" aria-label={words.timeRange}>
          <div className="label">{words.last}</div>
          <div className={classes.widths}>
            {relativeWidths.map((entry) => (
              <button
                key={entry}
                type="button"
                className="button"
                aria-pressed={relative === entry}
                onClick={() => {
                  setRange({ from: `now-${entry}`, to: 'now' });
                  setOpen(false);
                }}
              >
                {words.timeWidth(entry)}
              </button>
            ))}
          </div>
          <AbsoluteForm onDone={() => setOpen(false)} />
          <div className={classes.foot}>
            <CopyButton label={words.copyLink} done={words.copied} make={() => location.href} />
            {isRelative(expression) && <CopyButton label={words.copyFrozen} done={words.copied} make={freeze} />}
          </div>
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className={`button ${classes.wide}`}
        data-bare
        onClick={() => shift(width / 2)}
        aria-label={words.later}
        title={words.later}
      >
        <Icon name="right" />
      </button>
      <button
        type="button"
        className="button"
        data-bare
        onClick={refresh}
        aria-label={words.refresh}
        title={`${words.refresh} (r)`}
      >
        <Icon name="refresh" />
      </button>
      <select
        className={`field ${classes.refresh}`}
        aria-label={words.refreshEvery}
        value={refreshSeconds === 0 ? '' : String(refreshSeconds)}
        onChange={(event) => setRefresh(event.target.value === '' ? undefined : event.target.value)}
      >
        <option value="">{words.off}</option>
        {refreshChoices.map((seconds) => (
          <option key={seconds} value={seconds}>
            {words.timeWidth(Number(seconds) < 60 ? `${seconds}s` : `${Number(seconds) / 60}m`)}
          </option>
        ))}
      </select>
    </div>
  );
}
