// Values with how often each occurs; a click asks for the value, the sign behind it for everything else.
import type { ReactNode } from 'react';
import classes from './count-list.module.css';
import { formatShort } from './format.ts';

export interface CountedValue {
  readonly value: string;
  readonly count: number | undefined;
  readonly show?: ReactNode;
  readonly state?: 'on' | 'off' | undefined;
}

interface CountListProps {
  readonly values: readonly CountedValue[];
  readonly includeLabel: (value: string) => string;
  readonly excludeLabel: (value: string) => string;
  readonly onPick: (value: string, isNegated: boolean) => void;
}

export function CountList({ values, includeLabel, excludeLabel, onPick }: CountListProps) {
  return (
    <ul className={classes.list}>
      {values.map(({ value, count, show, state }) => (
        <li
          key={value}
          className={classes.item}
          data-on={state === 'on' ? '' : undefined}
          data-off={state === 'off' ? '' : undefined}
        >
          <button
            type="button"
            className={classes.take}
            aria-pressed={state === 'on'}
            title={includeLabel(value)}
            onClick={() => onPick(value, false)}
          >
            <span className={classes.name}>{show ?? value}</span>
          </button>
          <span className={classes.count}>{count === undefined ? '' : formatShort(count)}</span>
          <button
            type="button"
            className={classes.not}
            aria-pressed={state === 'off'}
            aria-label={excludeLabel(value)}
            title={excludeLabel(value)}
            onClick={() => onPick(value, true)}
          >
            ≠
          </button>
        </li>
      ))}
    </ul>
  );
}
