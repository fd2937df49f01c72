// The search of the logs page: the box with completion, live tail, wrapping.
import { useQueryClient } from '@tanstack/react-query';
import type { LogSelectionInput } from '../../api/logs.ts';
import type { LogsSearch } from '../state/address.ts';
import { listLogFields, listTopValues } from '../state/api.ts';
import { useWords } from '../state/language.tsx';
import { formatFilter, type QueryProblem } from '../state/query-text.ts';
import { useShortcut } from '../state/shortcuts.tsx';
import { severityLooks } from '../state/severity.ts';
import { Icon } from '../widgets/icon.tsx';
import { SearchBox, useFocusHandle, type Suggestion } from '../widgets/search-box.tsx';
import classes from './log-query-bar.module.css';

interface LogQueryBarProps {
  readonly query: string;
  readonly input: LogSelectionInput;
  readonly problems: readonly QueryProblem[];
  readonly isLive: boolean;
  readonly isWrapped: boolean;
  readonly hasFacets: boolean;
  readonly onFacets: () => void;
  readonly onChange: (patch: Partial<LogsSearch>) => void;
}

const MAX_SUGGESTIONS = 12;

export function LogQueryBar({
  query,
  input,
  problems,
  isLive,
  isWrapped,
  hasFacets,
  onFacets,
  onChange,
}: LogQueryBarProps) {
  const words = useWords();
  const queries = useQueryClient();
  const focus = useFocusHandle();
  useShortcut('/', words.search, () => focus.current?.());

  // What may stand in place of the piece of text at the caret.
  const suggest = async (piece: string): Promise<Suggestion[]> => {
    const scope = { from: input.from, to: input.to };
    const [, minus = '', field, typed = ''] = /^(-?)(?:([^":]+(?::[^":]+)?):)?(.*)$/.exec(piece) ?? [];
    if (field === undefined) {
      const { fields } = await queries.ensureQueryData({
        queryKey: ['fields', scope],
        queryFn: ({ signal }) => listLogFields(scope, signal),
      });
      const special = ['service', 'level', 'trace'].map((name) => ({ field: name, rows: undefined }));
      const others = fields.filter((entry) => !special.some((other) => other.field === entry.field));
      return [...special, ...others]
        .filter((entry) => entry.field.toLowerCase().includes(typed.toLowerCase()))
        .slice(0, MAX_SUGGESTIONS)
        .map((entry) => ({ text: `${minus}${entry.field}:`, note: entry.rows, isOpen: true }));
    }
    if (field === 'level') {
      return severityLooks
        .filter((look) => look.level.startsWith(typed))
        .map((look) => ({ text: `${minus}level:${look.level}` }));
    }
    if (field === 'trace') return [];
    const { values } = await queries.ensureQueryData({
      queryKey: ['values', scope, field],
      queryFn: ({ signal }) => listTopValues({ ...scope, field, limit: 100 }, signal),
    });
    return values
      .filter((entry) => entry.value.toLowerCase().includes(typed.replaceAll('"', '').toLowerCase()))
      .slice(0, MAX_SUGGESTIONS)
      .map((entry) => ({ text: formatFilter(field, entry.value, minus === '-'), note: entry.count }));
  };

  return (
    <>
      <div className={classes.bar}>
        <SearchBox
          value={query}
          label={words.search}
          placeholder={words.searchHint}
          clearLabel={words.clear}
          shortcut="/"
          focusHandle={focus}
          suggest={suggest}
          onSubmit={(text) => onChange({ q: text, around: undefined })}
        />
        <button
          type="button"
          className={`button ${classes.narrow}`}
          aria-pressed={hasFacets}
          aria-label={words.filters}
          onClick={onFacets}
        >
          <Icon name="filter" />
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={isLive}
          onClick={() => onChange({ live: isLive ? undefined : '1', around: undefined })}
          title={`${words.liveTail} (l)`}
          aria-label={words.liveTail}
        >
          <Icon name={isLive ? 'pause' : 'play'} size={12} />
          <span className={classes.text}>{words.liveTail}</span>
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={isWrapped}
          onClick={() => onChange({ wrap: isWrapped ? undefined : '1' })}
          aria-label={words.wrapLines}
          title={`${words.wrapLines} (w)`}
        >
          <Icon name="wrap" />
        </button>
      </div>
      {problems.length > 0 && (
        <div className={`${classes.problems} caution`} role="alert">
          {problems.map((problem) => (
            <div key={problem.text}>
              <span className="mono">{problem.text}</span> – {words.queryProblem[problem.reason]}
            </div>
          ))}
        </div>
      )}
    </>
  );
}
