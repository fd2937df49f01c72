// The variables of a dashboard: what can be chosen, asked of the server one after the other where one depends on another, and what is chosen.
import { useQueries, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Variable, VariableOption } from '../../dashboards/dashboard.ts';
import { autoInterval } from '../../dashboards/interval.ts';
import { interpolate, variablesIn, type Scope, type VariableState } from '../../dashboards/interpolate.ts';
import { AUTO_INTERVAL } from '../../dashboards/read-variable.ts';
import { chosenValues, optionsFrom } from '../../dashboards/variable-options.ts';
import { readVariableQuery, writeQueryResult, type VariableQuery } from '../../dashboards/variable-query.ts';
import type { DashboardSearch } from './address.ts';
import { listLabelNames, listLabelValues, listSeries, queryInstant } from './prometheus.ts';
import { showSeries } from '../../dashboards/legend.ts';
import type { ResolvedRange } from './time-range.ts';
import { readValues } from './variable-address.ts';

/** Choices are asked for anew when the range has moved so far. */
const RANGE_GRAIN = 300_000;

export interface ResolvedVariable {
  readonly variable: Variable;
  /** What its name stands for: an interval's "auto" and a constant's own variables are worked out. */
  readonly state: VariableState;
  /** What stands in the bar. */
  readonly chosen: readonly string[];
  readonly isPending: boolean;
  readonly error: string | undefined;
}

export interface ResolvedVariables {
  readonly list: readonly ResolvedVariable[];
  readonly byName: ReadonlyMap<string, VariableState>;
  /** Some choice is not known yet: what depends on it waits. */
  readonly isPending: boolean;
}

type Ends = Readonly<{ start: number; end: number }>;

async function askFor(query: VariableQuery, ends: Ends, signal: AbortSignal): Promise<readonly string[]> {
  switch (query.kind) {
    case 'labelNames':
      return listLabelNames({ match: query.match, ...ends }, signal);
    case 'labelValues':
      return listLabelValues(query.label, { match: query.match, ...ends }, signal);
    case 'metrics': {
      const names = await listLabelValues('__name__', ends, signal);
      const pattern = new RegExp(query.pattern);
      return names.filter((name) => pattern.test(name));
    }
    case 'queryResult': {
      const { rows } = await queryInstant(query.expression, ends.end, signal);
      return rows.map(({ labels, value, millis }) => writeQueryResult(labels, String(value), millis / 1000));
    }
    case 'series':
      return (await listSeries({ match: query.match, ...ends }, signal)).map(showSeries);
  }
}

/** Those that others depend on come first; the order of the file otherwise. Circles are cut where they close. */
function inOrder(variables: readonly Variable[]): Variable[] {
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const ordered = new Set<Variable>();
  const visiting = new Set<Variable>();
  const visit = (variable: Variable): void => {
    if (ordered.has(variable) || visiting.has(variable)) return;
    visiting.add(variable);
    for (const name of variablesIn(`${variable.query} ${variable.regex}`)) {
      const other = byName.get(name);
      if (other !== undefined) visit(other);
    }
    ordered.add(variable);
  };
  for (const variable of variables) visit(variable);
  return [...ordered];
}

interface Question {
  readonly queryKey: readonly unknown[];
  readonly queryFn: (context: { signal: AbortSignal }) => Promise<readonly string[]>;
  readonly staleTime: number;
  readonly retry: false;
}

interface Answered {
  readonly options: readonly VariableOption[];
  readonly isPending: boolean;
  readonly error: string | undefined;
}

class Resolution {
  readonly questions: Question[] = [];
  readonly #client: QueryClient;
  readonly #ends: Ends;
  readonly #scope: Scope;
  readonly #states = new Map<string, VariableState>();
  readonly #pending = new Set<string>();

  constructor(client: QueryClient, ends: Ends) {
    this.#client = client;
    this.#ends = ends;
    const builtIn = {
      __range: `${Math.round((ends.end - ends.start) / 1000)}s`,
      __from: String(ends.start),
      __to: String(ends.end),
    };
    this.#scope = { builtIn, variables: this.#states };
  }

  resolve(variable: Variable, wished: readonly string[]): ResolvedVariable {
    const { options, isPending, error } =
      variable.kind === 'query'
        ? this.#ask(variable)
        : { options: variable.options, isPending: false, error: undefined };
    // Until the choices have come, what is wished for is taken at its word.
    const values = isPending && wished.length > 0 ? wished : chosenValues(variable, options, wished);
    const state = this.#stateOf(variable, options, values);
    this.#states.set(variable.name, state);
    if (isPending && wished.length === 0) this.#pending.add(variable.name);
    return { variable, state, chosen: values, isPending, error };
  }

  #stateOf(variable: Variable, options: readonly VariableOption[], values: readonly string[]): VariableState {
    if (variable.kind === 'constant')
      return { variable, options, values: [interpolate(values[0] ?? '', this.#scope, 'plain')] };
    if (values[0] !== AUTO_INTERVAL || variable.auto === undefined) return { variable, options, values };
    const { count, min } = variable.auto;
    return { variable, options, values: [autoInterval(this.#ends.end - this.#ends.start, count, min)] };
  }

  #ask(variable: Variable): Answered {
    const waitsFor = variablesIn(variable.query).some((name) => this.#pending.has(name));
    if (waitsFor) return { options: [], isPending: true, error: undefined };
    const query = readVariableQuery(interpolate(variable.query, this.#scope));
    if (query === undefined) return { options: variable.options, isPending: false, error: undefined };
    const queryKey = ['variable', query, this.#ends];
    this.questions.push({
      queryKey,
      queryFn: ({ signal }) => askFor(query, this.#ends, signal),
      staleTime: RANGE_GRAIN,
      retry: false,
    });
    const known = this.#client.getQueryState<readonly string[]>(queryKey);
    const error = known?.error instanceof Error ? known.error.message : undefined;
    const texts = known?.data;
    if (texts === undefined)
      return { options: error === undefined ? [] : variable.options, isPending: error === undefined, error };
    return {
      options: optionsFrom(texts, interpolate(variable.regex, this.#scope, 'plain'), variable.sort),
      isPending: false,
      error,
    };
  }
}

export function useVariables(
  variables: readonly Variable[],
  search: DashboardSearch,
  range: ResolvedRange,
): ResolvedVariables {
  const client = useQueryClient();
  const ends = {
    start: Math.floor(range.fromMillis / RANGE_GRAIN) * RANGE_GRAIN,
    end: Math.ceil(range.toMillis / RANGE_GRAIN) * RANGE_GRAIN,
  };
  const resolution = new Resolution(client, ends);
  const resolved = new Map(
    inOrder(variables).map((variable) => [
      variable.name,
      resolution.resolve(variable, readValues(search, variable.name) ?? variable.current),
    ]),
  );
  // Their answers are read from the cache above: this only asks, and draws again when one has come.
  useQueries({
    queries: [
      ...new Map(resolution.questions.map((question) => [JSON.stringify(question.queryKey), question])).values(),
    ],
  });
  const list = variables.flatMap(({ name }) => resolved.get(name) ?? []);
  return {
    list,
    byName: new Map(list.map(({ variable, state }) => [variable.name, state])),
    isPending: list.some(({ isPending, state }) => isPending && state.values.length === 0),
  };
}
