// The line above the rows: how many there are, what the answer cost, and the state of the live tail.
import type { LogSelectionInput } from '../../api/logs.ts';
import type { Statistics } from '../../api/common.ts';
import { formatCurl } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import type { LiveTail } from '../state/live-tail.ts';
import { CopyButton } from '../widgets/copy-button.tsx';
import { formatBytes, formatCount, formatShort } from '../widgets/format.ts';
import classes from './log-list-head.module.css';

interface LogListHeadProps {
  readonly loaded: number;
  readonly total: number | undefined;
  readonly isFull: boolean;
  /** Some rows stand for more than themselves. */
  readonly isSampled: boolean;
  readonly input: LogSelectionInput;
  readonly statistics: Statistics | undefined;
  readonly tail: LiveTail | undefined;
  readonly isHeld: boolean;
  readonly onResume: () => void;
}

function LiveState({ tail, isHeld, onResume }: { tail: LiveTail; isHeld: boolean; onResume: () => void }) {
  const words = useWords();
  const state = !tail.isConnected ? words.tailWaiting : isHeld ? words.tailHeld : words.tailRunning;
  return (
    <>
      <span
        className={classes.live}
        data-held={isHeld ? '' : undefined}
        data-lost={tail.isConnected ? undefined : ''}
        role="status"
      >
        <i aria-hidden /> {state}
      </span>
      {isHeld && (
        <button type="button" className="button" data-small data-active onClick={onResume}>
          {words.showNew(formatCount(tail.waiting))}
        </button>
      )}
      {tail.skipped > 0 && <span className="caution">{words.skipped(formatCount(tail.skipped))}</span>}
    </>
  );
}

export function LogListHead(props: LogListHeadProps) {
  const words = useWords();
  const { total, statistics } = props;
  return (
    <div className={classes.head}>
      <span>{total === undefined ? words.loading : words.rowsFound(formatCount(total))}</span>
      {props.isSampled && <span className="caution">{words.sampledAnswer}</span>}
      {props.isFull && <span className="caution">{words.tooManyRows(formatCount(props.loaded))}</span>}
      {props.tail !== undefined && <LiveState tail={props.tail} isHeld={props.isHeld} onResume={props.onResume} />}
      <span className={classes.space} />
      {statistics !== undefined && (
        <span
          className={`${classes.cost} faint`}
          title={words.cost(formatCount(statistics.rowsRead), formatBytes(statistics.bytesRead))}
        >
          {words.costShort(
            formatShort(statistics.rowsRead),
            statistics.milliseconds.toFixed(statistics.milliseconds < 10 ? 1 : 0),
          )}
        </span>
      )}
      <CopyButton label={words.copyCurl} done={words.copied} make={() => formatCurl('/logs/search', props.input)} />
    </div>
  );
}
