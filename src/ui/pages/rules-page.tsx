// Rules: groups, what each rule is, how it fares, and its course when it is opened.
import { formatDuration as formatSpan } from '../../base/duration.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { RuleDetail } from '../panels/rule-detail.tsx';
import { RuleState } from '../panels/rule-state.tsx';
import type { RulesSearch } from '../state/address.ts';
import { useWords } from '../state/language.tsx';
import { listRules, type RuleGroup } from '../state/prometheus.ts';
import { useRangeClock } from '../state/range-clock.tsx';
import { countStates, ruleKey, selectRules, ruleStates, stateOf, type PlacedRule } from '../state/rule-list.ts';
import { useShortcut } from '../state/shortcuts.tsx';
import { formatDuration } from '../widgets/format.ts';
import { Icon } from '../widgets/icon.tsx';
import { Notice } from '../widgets/notice.tsx';
import { SearchBox, useFocusHandle } from '../widgets/search-box.tsx';
import classes from './rules-page.module.css';
import layout from './list-page.module.css';

const route = getRouteApi('/rules');
const REFRESH_MILLIS = 5000;

const seconds = (value: number): string => formatDuration(value * 1e9);

function RuleRow({
  placed,
  isOpen,
  now,
  onOpen,
}: {
  readonly placed: PlacedRule;
  readonly isOpen: boolean;
  readonly now: number;
  readonly onOpen: () => void;
}) {
  const words = useWords();
  const { rule } = placed;
  const last = Date.parse(rule.lastEvaluation);
  // Before its first evaluation a rule carries the year one.
  const age = last > 0 ? words.ago(seconds(Math.max(0, (now - last) / 1000))) : words.notYet;
  return (
    <li className={classes.rule} data-state={stateOf(rule)}>
      <button type="button" className={classes.line} aria-expanded={isOpen} onClick={onOpen}>
        <RuleState state={stateOf(rule)} />
        <span className={classes.name}>{rule.name}</span>
        <code className={classes.query}>{rule.query.replace(/\s+/g, ' ')}</code>
        <span className={classes.figure}>
          {rule.alerts === undefined || rule.alerts.length === 0 ? '' : words.alertCount(String(rule.alerts.length))}
        </span>
        <span className={classes.figure}>{age}</span>
        <span className={classes.figure}>{last > 0 ? seconds(rule.evaluationTime) : ''}</span>
        <Icon name={isOpen ? 'up' : 'down'} size={12} />
      </button>
      {rule.lastError !== undefined && rule.lastError !== '' && (
        <p className={classes.error}>
          <Icon name="warning" size={12} /> {rule.lastError}
        </p>
      )}
      {isOpen && <RuleDetail rule={rule} now={now} />}
    </li>
  );
}

function GroupView({
  group,
  rules,
  open,
  now,
  onOpen,
}: {
  readonly group: RuleGroup;
  readonly rules: readonly PlacedRule[];
  readonly open: string | undefined;
  readonly now: number;
  readonly onOpen: (key: string) => void;
}) {
  const words = useWords();
  return (
    <section className={classes.group}>
      <header>
        <h2>{group.name}</h2>
        <span className="faint">{group.file}</span>
        <span className={classes.space} />
        <span className="faint">{words.everySpan(formatSpan(group.interval * 1000))}</span>
        {group.evaluationTime > 0 && (
          <span className={group.evaluationTime > group.interval ? 'wrong' : 'faint'}>
            {words.tookSpan(seconds(group.evaluationTime))}
          </span>
        )}
      </header>
      <ul>
        {rules.map((placed) => {
          const key = ruleKey(placed);
          return <RuleRow key={key} placed={placed} isOpen={open === key} now={now} onOpen={() => onOpen(key)} />;
        })}
      </ul>
    </section>
  );
}

export function RulesPage() {
  const words = useWords();
  const search: RulesSearch = route.useSearch();
  const navigate = route.useNavigate();
  const { range } = useRangeClock();
  const focus = useFocusHandle();
  useShortcut('/', words.search, () => focus.current?.());
  const change = (patch: Partial<RulesSearch>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...patch }) });
  useShortcut('Escape', words.close, () => change({ rule: undefined }), search.rule !== undefined);
  const rules = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => listRules(signal),
    refetchInterval: REFRESH_MILLIS,
    staleTime: 0,
  });
  const groups = rules.data ?? [];
  const counts = countStates(groups);
  const selected = selectRules(groups, search);
  const now = Math.max(range.toMillis, rules.dataUpdatedAt);
  const find = (text: string): void =>
    void navigate({ search: (previous) => ({ ...previous, find: text }), replace: true });
  return (
    <div className={`${layout.page} scroll`}>
      <div className={layout.tools}>
        <h1>{words.rules}</h1>
        <span role="group" aria-label={words.state} className={classes.states}>
          {ruleStates.map((state) => (
            <button
              key={state}
              type="button"
              className="button"
              aria-pressed={search.state === state}
              data-trouble={counts[state] > 0 && (state === 'firing' || state === 'wrong') ? '' : undefined}
              onClick={() => change({ state: search.state === state ? undefined : state })}
            >
              {words.ruleStates[state]} <b>{counts[state]}</b>
            </button>
          ))}
        </span>
        <div className={layout.find}>
          <SearchBox
            value={search.find ?? ''}
            label={words.findRule}
            placeholder={words.findRule}
            clearLabel={words.clear}
            shortcut="/"
            focusHandle={focus}
            onType={find}
            onSubmit={find}
          />
        </div>
      </div>
      {rules.error !== null && <Notice tone="error">{rules.error.message}</Notice>}
      {rules.isPending && <Notice>{words.loading}</Notice>}
      {rules.data !== undefined && groups.length === 0 && <Notice>{words.noRules}</Notice>}
      {groups.length > 0 && selected.length === 0 && <Notice>{words.noRuleFound}</Notice>}
      {selected.map(({ group, rules: shown }) => (
        <GroupView
          key={`${group.file} ${group.name}`}
          group={group}
          rules={shown}
          open={search.rule}
          now={now}
          onOpen={(key) => change({ rule: search.rule === key ? undefined : key })}
        />
      ))}
    </div>
  );
}
