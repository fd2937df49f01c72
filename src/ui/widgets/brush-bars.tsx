// Stacked bars over time that a stretch can be chosen from: with the pointer, or with the keys (arrows move, Shift extends, Enter takes).
import { useElementSize } from '@mantine/hooks';
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import classes from './brush-bars.module.css';
import { formatCount, formatMoment, formatTick } from './format.ts';

/** One layer of the stack; the first is drawn at the bottom. */
export interface BarLayer {
  readonly name: string;
  readonly color: string;
  readonly counts: readonly number[];
}

interface BrushBarsProps {
  readonly label: string;
  readonly hint: string;
  readonly height: number;
  /** Start of the first bar and width of each, ms. */
  readonly start: number;
  readonly interval: number;
  readonly count: number;
  readonly layers: readonly BarLayer[];
  readonly onBrush: (fromMillis: number, toMillis: number) => void;
}

interface Stretch {
  readonly anchor: number;
  readonly head: number;
}

export function BrushBars(props: BrushBarsProps) {
  const { height, start, interval, count, layers } = props;
  const { ref, width } = useElementSize();
  const [stretch, setStretch] = useState<Stretch | undefined>();
  const [hover, setHover] = useState<number | undefined>();
  const totals = Array.from({ length: count }, (_, bar) =>
    layers.reduce((sum, layer) => sum + (layer.counts[bar] ?? 0), 0),
  );
  const peak = Math.max(1, ...totals);
  const step = count === 0 ? 0 : width / count;
  const barAt = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * count)));
  };
  const take = (chosen: Stretch): void => {
    const [low, high] = [Math.min(chosen.anchor, chosen.head), Math.max(chosen.anchor, chosen.head)];
    props.onBrush(start + low * interval, start + (high + 1) * interval);
    setStretch(undefined);
  };
  const onKey = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (direction !== 0) {
      event.preventDefault();
      const head = Math.min(count - 1, Math.max(0, (stretch?.head ?? (direction > 0 ? -1 : count)) + direction));
      setStretch({ anchor: event.shiftKey ? (stretch?.anchor ?? head) : head, head });
      setHover(head);
    } else if (event.key === 'Enter' && stretch !== undefined) {
      event.preventDefault();
      take(stretch);
    } else if (event.key === 'Escape' && stretch !== undefined) {
      event.stopPropagation();
      setStretch(undefined);
      setHover(undefined);
    }
  };
  const shown = hover !== undefined && hover < count ? hover : undefined;
  const ticks = Math.max(2, Math.floor(width / 110));
  return (
    <div ref={ref} className={classes.chart}>
      <svg
        className={classes.plot}
        height={height}
        role="slider"
        tabIndex={0}
        aria-label={`${props.label}. ${props.hint}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={shown ?? 0}
        aria-valuetext={
          shown === undefined
            ? props.label
            : `${formatMoment(start + shown * interval)}: ${formatCount(totals[shown] ?? 0)}`
        }
        onKeyDown={onKey}
        onBlur={() => {
          setStretch(undefined);
          setHover(undefined);
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setStretch({ anchor: barAt(event), head: barAt(event) });
        }}
        onPointerMove={(event) => {
          setHover(barAt(event));
          if (stretch !== undefined && event.buttons > 0) setStretch({ ...stretch, head: barAt(event) });
        }}
        onPointerUp={() => {
          if (stretch !== undefined) take(stretch);
        }}
        onPointerLeave={() => setHover(undefined)}
      >
        {totals.map((total, bar) => {
          if (total === 0) return undefined;
          let below = 0;
          return (
            <g key={bar} opacity={shown === bar ? 1 : 0.9}>
              {layers.map((layer) => {
                const value = layer.counts[bar] ?? 0;
                if (value === 0) return undefined;
                // A single error among a million lines still shows.
                const tall = Math.max(2, (value / peak) * (height - 4));
                below += tall;
                return (
                  <rect
                    key={layer.name}
                    x={bar * step}
                    y={height - below}
                    width={Math.max(1, step - (step > 4 ? 1 : 0))}
                    height={tall}
                    fill={layer.color}
                  />
                );
              })}
            </g>
          );
        })}
        {shown !== undefined && (
          <line className={classes.cursor} x1={(shown + 0.5) * step} x2={(shown + 0.5) * step} y1={0} y2={height} />
        )}
        {stretch !== undefined && (
          <rect
            className={classes.brush}
            x={Math.min(stretch.anchor, stretch.head) * step}
            width={(Math.abs(stretch.head - stretch.anchor) + 1) * step}
            y={0.5}
            height={height - 1}
          />
        )}
      </svg>
      <div className={classes.axis} aria-hidden>
        {Array.from({ length: ticks - 1 }, (_, index) => {
          const bar = Math.round(((index + 1) / ticks) * count);
          return (
            <span key={index} className={classes.tick} style={{ left: bar * step }}>
              {formatTick(start + bar * interval, (interval * count) / ticks)}
            </span>
          );
        })}
      </div>
      {shown !== undefined && (
        <div
          className={classes.readout}
          style={
            (shown + 0.5) * step > width / 2 ? { right: width - shown * step + 4 } : { left: (shown + 1) * step + 4 }
          }
        >
          <b>{formatMoment(start + shown * interval)}</b>
          {layers
            .filter((layer) => (layer.counts[shown] ?? 0) > 0)
            .toReversed()
            .map((layer) => ` · ${layer.name} ${formatCount(layer.counts[shown] ?? 0)}`)}
        </div>
      )}
    </div>
  );
}
