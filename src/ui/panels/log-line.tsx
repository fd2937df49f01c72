// One log row in the list: when, how bad, who, what, and the first of its fields.
import { memo } from 'react';
import type { Attribute } from '../../api/common.ts';
import type { LogRow } from '../../api/logs.ts';
import { formatClock, formatDay } from '../widgets/format.ts';
import { MarkedText } from '../widgets/marked-text.tsx';
import { Swatch } from '../widgets/swatch.tsx';
import classes from './log-line.module.css';
import { SeverityMark } from './severity-mark.tsx';

const MAX_BODY = 600;
const MAX_WRAPPED = 8000;
const MAX_PAIRS = 6;
const MAX_VALUE = 60;

interface LogLineProps {
  readonly row: LogRow;
  readonly words: readonly string[];
  readonly hasDay: boolean;
  readonly isWrapped: boolean;
  readonly isThis?: boolean;
}

const isShort = (attribute: Attribute): boolean =>
  attribute.kind !== 'json' && String(attribute.value).length <= MAX_VALUE;

export const LogLine = memo(function LogLine({ row, words, hasDay, isWrapped, isThis = false }: LogLineProps) {
  const millis = Number(BigInt(row.time) / 1_000_000n);
  const body = isWrapped ? row.body.slice(0, MAX_WRAPPED) : row.body.slice(0, MAX_BODY).replace(/\s*\r?\n\s*/g, ' ⏎ ');
  const pairs = isWrapped ? [] : row.attributes.filter(isShort).slice(0, MAX_PAIRS);
  return (
    <div
      className={`${classes.line} ${isThis ? classes.this : ''}`}
      data-level={row.level}
      data-wrapped={isWrapped ? '' : undefined}
    >
      <span className={classes.time}>
        {hasDay && `${formatDay(millis).slice(5)} `}
        {formatClock(millis)}
      </span>
      <SeverityMark level={row.level} />
      <span className={classes.service} title={row.service}>
        <Swatch name={row.service} />
      </span>
      <span className={classes.body}>
        <MarkedText text={body} words={words} />
        {row.exception !== undefined && !row.body.includes(row.exception.type) && (
          <span className={classes.exception}> {row.exception.type}</span>
        )}
        {row.weight > 1 && <span className={classes.pairs}> ×{row.weight}</span>}
        {pairs.map((pair) => (
          <span key={pair.name} className={classes.pairs}>
            {'  '}
            {pair.name}=<b>{String(pair.value)}</b>
          </span>
        ))}
      </span>
    </div>
  );
});
