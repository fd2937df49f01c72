// Variables in a text: $name, ${name}, ${name:format}, ${name.field}, [[name]], [[name:format]].
import { ALL_VALUE, type Variable, type VariableOption } from './dashboard.ts';
import { alternationOf, escapeLabelValue, variableFormats } from './variable-formats.ts';

const PLACEHOLDER = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:}]+)?(?::([^}]+))?\}/g;

/** What a variable stands for at the moment. */
export interface VariableState {
  readonly variable: Pick<Variable, 'isMulti' | 'includesAll' | 'allValue'>;
  /** Chosen values; [ALL_VALUE] is all of them. */
  readonly values: readonly string[];
  readonly options: readonly VariableOption[];
}

/** Variables by name, and the built-in ones (`__interval` …), whose texts are taken as they are. */
export interface Scope {
  readonly variables: ReadonlyMap<string, VariableState>;
  readonly builtIn: Readonly<Record<string, string>>;
}

const isAll = (values: readonly string[]): boolean => values.includes(ALL_VALUE);

/** The values with "all" spelled out. */
export function expandAll({ values, options }: VariableState): readonly string[] {
  return isAll(values) ? options.map((option) => option.value).filter((value) => value !== ALL_VALUE) : values;
}

function writeForPromql(state: VariableState): string {
  const { isMulti, includesAll, allValue } = state.variable;
  // A value for "all" is a regular expression that somebody wrote as one.
  if (isAll(state.values) && allValue !== '') return allValue;
  const values = expandAll(state);
  if (!isMulti && !includesAll) return values.map(escapeLabelValue).join(',');
  return alternationOf(values);
}

function writeFormatted(name: string, state: VariableState, format: string): string {
  if (isAll(state.values) && state.variable.allValue !== '' && format !== 'text') return state.variable.allValue;
  if (isAll(state.values) && format === 'text') return 'All';
  const found =
    variableFormats.find((entry) => entry.name === format) ?? variableFormats.find(({ name: glob }) => glob === 'glob');
  return found?.write(expandAll(state), name, state.options) ?? '';
}

const isoOf = (millis: string): string => new Date(Number(millis)).toISOString();

function writeBuiltIn(value: string, format: string | undefined): string {
  if (format === undefined || !format.startsWith('date')) return value;
  return format === 'date:seconds' ? String(Math.floor(Number(value) / 1000)) : isoOf(value);
}

/** How a text takes variables that have no format of their own: in PromQL escaped, elsewhere as they read. */
export type TextKind = 'promql' | 'plain';

/** `text` with its variables replaced; names that nobody knows stay as they are. */
export function interpolate(text: string, scope: Scope, kind: TextKind = 'promql'): string {
  return text.replaceAll(PLACEHOLDER, (whole: string, ...groups: (string | undefined)[]) => {
    const [plain, bracket, bracketFormat, brace, braceFormat] = groups;
    const name = plain ?? bracket ?? brace ?? '';
    const format = bracketFormat ?? braceFormat;
    if (Object.hasOwn(scope.builtIn, name)) return writeBuiltIn(scope.builtIn[name] ?? '', format);
    const state = scope.variables.get(name);
    if (state === undefined) return whole;
    if (format !== undefined) return writeFormatted(name, state, format);
    return kind === 'promql' ? writeForPromql(state) : writeFormatted(name, state, 'text');
  });
}

/** Names of the variables that `text` uses. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, plain, bracket, , brace]) => plain ?? bracket ?? brace ?? '');
}
