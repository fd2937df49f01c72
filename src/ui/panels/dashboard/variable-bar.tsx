// The variables of a dashboard, one control each.
import { Popover } from '@mantine/core';
import { useState } from 'react';
import { ALL_VALUE } from '../../../dashboards/dashboard.ts';
import { useWords } from '../../state/language.tsx';
import type { ResolvedVariable } from '../../state/use-variables.ts';
import { Icon } from '../../widgets/icon.tsx';
import classes from './variable-bar.module.css';

interface ControlProps {
  readonly resolved: ResolvedVariable;
  readonly onChange: (values: readonly string[]) => void;
}

const MAX_SHOWN = 500;

function TextControl({ resolved, onChange }: ControlProps) {
  const [draft, setDraft] = useState(resolved.chosen[0] ?? '');
  return (
    <input
      className="field"
      aria-label={resolved.variable.label}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => onChange([draft])}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange([draft]);
      }}
    />
  );
}

function SingleControl({ resolved, onChange }: ControlProps) {
  const words = useWords();
  const { variable, state, chosen } = resolved;
  const value = chosen[0] ?? '';
  const isKnown = value === ALL_VALUE || state.options.some((option) => option.value === value);
  return (
    <select
      className="field"
      aria-label={variable.label}
      value={value}
      onChange={(event) => onChange([event.target.value])}
    >
      {variable.includesAll && <option value={ALL_VALUE}>{words.all}</option>}
      {!isKnown && <option value={value}>{value}</option>}
      {state.options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  );
}

function MultiControl({ resolved, onChange }: ControlProps) {
  const words = useWords();
  const [find, setFind] = useState('');
  const { variable, state, chosen } = resolved;
  const isAll = chosen.includes(ALL_VALUE);
  const shown = state.options.filter(({ text }) => text.toLowerCase().includes(find.toLowerCase())).slice(0, MAX_SHOWN);
  const named = chosen.map((value) => state.options.find((option) => option.value === value)?.text ?? value);
  const toggle = (value: string): void => {
    const values = isAll ? [] : chosen;
    const next = values.includes(value) ? values.filter((entry) => entry !== value) : [...values, value];
    onChange(next.length === 0 && variable.includesAll ? [ALL_VALUE] : next);
  };
  return (
    <Popover position="bottom-start" withRoles={false} trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={`field ${classes.choice}`}
          aria-haspopup="dialog"
          aria-label={`${variable.label}: ${isAll ? words.all : named.join(', ')}`}
        >
          <span>{isAll ? words.all : named.length === 0 ? '–' : named.join(' + ')}</span>
          <Icon name="down" size={12} />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.choices} role="dialog" aria-label={variable.label}>
        <input
          className="field"
          aria-label={words.search}
          placeholder={words.search}
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        <div className={`${classes.options} scroll`}>
          {variable.includesAll && (
            <label>
              <input type="checkbox" checked={isAll} onChange={() => onChange([ALL_VALUE])} /> {words.all}
            </label>
          )}
          {shown.map((option) => (
            <label key={option.value}>
              <input
                type="checkbox"
                checked={!isAll && chosen.includes(option.value)}
                onChange={() => toggle(option.value)}
              />{' '}
              {option.text}
            </label>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Control(props: ControlProps) {
  const words = useWords();
  const { variable, chosen } = props.resolved;
  if (variable.kind === 'unsupported')
    return <span className="caution">{words.variableUnsupported(variable.type)}</span>;
  if (variable.kind === 'textbox') return <TextControl key={chosen[0] ?? ''} {...props} />;
  return variable.isMulti ? <MultiControl {...props} /> : <SingleControl {...props} />;
}

interface VariableBarProps {
  readonly variables: readonly ResolvedVariable[];
  readonly onChange: (name: string, values: readonly string[]) => void;
}

export function VariableBar({ variables, onChange }: VariableBarProps) {
  const words = useWords();
  const shown = variables.filter(({ variable }) => variable.hide !== 'all');
  if (shown.length === 0) return undefined;
  return (
    <div className={classes.bar} role="group" aria-label={words.variables}>
      {shown.map((resolved) => (
        <div key={resolved.variable.name} className={classes.variable}>
          {resolved.variable.hide === 'nothing' && <span>{resolved.variable.label}</span>}
          <Control resolved={resolved} onChange={(values) => onChange(resolved.variable.name, values)} />
          {resolved.error !== undefined && (
            <span className="wrong" role="alert">
              <Icon name="warning" size={12} /> {resolved.error}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
