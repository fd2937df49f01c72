// The three looks at traces: one by one, by operation, by who calls whom.
import { traceViews, type TracesSearch } from '../state/address.ts';
import { useWords } from '../state/language.tsx';
import classes from './trace-views.module.css';

type View = TracesSearch['view'];

interface TraceViewsProps {
  readonly view: View;
  readonly onChange: (view: View) => void;
}

export function TraceViews({ view, onChange }: TraceViewsProps) {
  const words = useWords();
  return (
    <span className={classes.views} role="group" aria-label={words.viewOfTraces}>
      {([undefined, ...traceViews] as const).map((one) => (
        <button
          key={one ?? 'list'}
          type="button"
          className="button"
          aria-pressed={view === one}
          onClick={() => onChange(one)}
        >
          {words.traceViews[one ?? 'list']}
        </button>
      ))}
    </span>
  );
}
