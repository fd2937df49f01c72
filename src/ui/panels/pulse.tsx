// The pulse: rows a second that came in, over the last two minutes. It runs on every page, because a flat line is the first sign.
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../state/language.tsx';
import { addLedgers } from '../state/ledger.ts';
import { PULSE_MILLIS, useSources } from '../state/queries.ts';
import { formatShort } from '../widgets/format.ts';
import classes from './pulse.module.css';

const BEATS = 60;
const WIDTH = 120;
const HEIGHT = 20;

/** Rows a second between the last readings, newest last. */
function useBeats(): readonly number[] {
  const { data, dataUpdatedAt } = useSources();
  const last = useRef<{ received: number; at: number } | undefined>(undefined);
  const [beats, setBeats] = useState<readonly number[]>([]);
  useEffect(() => {
    if (data === undefined) return;
    const received = addLedgers(data.sources).received;
    const before = last.current;
    last.current = { received, at: dataUpdatedAt };
    if (before === undefined || dataUpdatedAt - before.at < PULSE_MILLIS / 2) return;
    const rate = Math.max(0, ((received - before.received) * 1000) / (dataUpdatedAt - before.at));
    setBeats((all) => [...all, rate].slice(-BEATS));
  }, [data, dataUpdatedAt]);
  return beats;
}

export function Pulse() {
  const words = useWords();
  const { data, isError } = useSources();
  const beats = useBeats();
  const rate = beats.at(-1) ?? data?.sources.reduce((sum, source) => sum + source.rowsPerSecond, 0) ?? 0;
  const peak = Math.max(1, ...beats);
  const points = beats.map((beat, index) => {
    const x = WIDTH - (beats.length - 1 - index) * (WIDTH / (BEATS - 1));
    return `${x.toFixed(1)},${(HEIGHT - 2 - (beat / peak) * (HEIGHT - 4)).toFixed(1)}`;
  });
  const state = isError ? 'lost' : rate === 0 ? 'still' : 'beating';
  const spoken = isError ? words.noAnswer : words.rowsPerSecond(formatShort(rate));
  return (
    <Link to="/sources" className={classes.pulse} data-state={state} title={words.pulseHint}>
      <span className={classes.name}>Holter</span>
      <svg className={classes.trace} width={WIDTH} height={HEIGHT} aria-hidden>
        <line className={classes.rest} x1={0} x2={WIDTH} y1={HEIGHT - 2} y2={HEIGHT - 2} />
        <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth="1.3" />
      </svg>
      <span className={classes.rate}>{spoken}</span>
    </Link>
  );
}
