import { useWords } from '../state/language.tsx';
import type { ShownState } from '../state/rule-list.ts';
import classes from './rule-state.module.css';

/** How a rule fares, as a word. */
export function RuleState({ state }: { readonly state: ShownState }) {
  const words = useWords();
  return (
    <span className={classes.state} data-state={state}>
      {words.ruleStates[state]}
    </span>
  );
}
