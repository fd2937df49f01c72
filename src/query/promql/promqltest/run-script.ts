// Runs a script: every instant case also as the middle step of a range query, and with `@` added at other times.
import type { Labels } from '../../../model/labels.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import { childrenOf, type Expression } from '../ast.ts';
import type { EngineOptions } from '../evaluation-state.ts';
import { findFunction } from '../functions/table.ts';
import { matchesAll } from '../matcher.ts';
import type { MemorySample } from '../memory-series-source.ts';
import { allOptions } from '../options.ts';
import { printQuery } from '../print.ts';
import {
  readQuery,
  runInstantQuery,
  runRangeQuery,
  type ParsedQuery,
  type QueryData,
  type QueryOptions,
} from '../query.ts';
import type { SeriesSource } from '../series-source.ts';
import { compareAnnotations, compareResult } from './compare-result.ts';
import { parseScript, type EvalCommand, type LoadCommand } from './parse-script.ts';

/** Where a script loads its series; after `append` they must be found by `select`. */
export interface ScriptStore extends SeriesSource {
  append(labels: Labels, samples: readonly MemorySample[]): Promise<void> | void;
  clear(): Promise<void> | void;
}

/** What became of one eval command. */
export interface CaseResult {
  readonly line: number;
  readonly query: string;
  /** Why it failed; `undefined` when it passed. */
  readonly problem: string | undefined;
  /** Native histograms are among its data or expectations. */
  readonly isNative: boolean;
}

/** Options with which Prometheus runs its own scripts. */
const scriptEngine: Partial<EngineOptions> = {
  maxSamples: 10_000,
  delayedNameRemoval: true,
  startTimestamps: true,
};

const CONTEXT_CALL = /(start|end|range|step)\(\)/;
const MINUTE = 60_000;

/** Adds `@ timeMs` to every selector that has none, and says whether the result then depends on the time of evaluation. */
function pin(node: Expression, timeMs: number): boolean {
  let isSafe = true;
  if (node.kind === 'call') isSafe = findFunction(node.function.name)?.dependsOnTime !== true;
  if (node.kind === 'vector' || node.kind === 'subquery') {
    const wasPinned = node.atMs !== undefined;
    node.atMs ??= timeMs;
    // What a pinned subquery holds has its own times.
    if (node.kind === 'subquery') return wasPinned || isPinSafe(node.expression);
  }
  return (
    childrenOf(node)
      .map((child) => pin(child, timeMs))
      .every(Boolean) && isSafe
  );
}

function isPinSafe(node: Expression): boolean {
  const isSafe = node.kind !== 'call' || findFunction(node.function.name)?.dependsOnTime !== true;
  return isSafe && childrenOf(node).every(isPinSafe);
}

function pinnedQuery(text: string, timeMs: number): string | undefined {
  const parsed = readQuery(text, allOptions);
  if (!parsed.ok) return undefined;
  return pin(parsed.value.expression, timeMs) ? printQuery(parsed.value.expression) : undefined;
}

function selectorsOf(node: Expression): (Expression & { kind: 'vector' })[] {
  return node.kind === 'vector' ? [node] : childrenOf(node).flatMap(selectorsOf);
}

class ScriptRun {
  readonly #store: ScriptStore;
  readonly #native: Labels[] = [];
  readonly results: CaseResult[] = [];

  constructor(store: ScriptStore) {
    this.#store = store;
  }

  async load(command: LoadCommand): Promise<void> {
    // A series that stands twice in a load is what its last line says.
    const written = new Map(command.series.map((one) => [one.labels.key, one]));
    for (const { labels, values, startOffsets } of written.values()) {
      const samples: MemorySample[] = [];
      values.forEach((value, index) => {
        const timeMs = index * command.stepMs;
        const offset = startOffsets?.[index];
        const start = offset === undefined ? {} : { startMs: timeMs + offset };
        if (value.kind === 'number') samples.push({ timeMs, value: value.value, ...start });
        else if (value.kind === 'stale') samples.push({ timeMs, value: NaN, isStale: true, ...start });
      });
      if (values.some(({ kind }) => kind === 'histogram')) this.#native.push(labels);
      if (command.withNative) {
        const base = labels.metricName.replace(/_(?:bucket|count|sum)$/, '');
        this.#native.push(labels.with(METRIC_NAME, base).with('le', ''));
      }
      await this.#store.append(labels, samples);
    }
  }

  async clear(): Promise<void> {
    this.#native.length = 0;
    await this.#store.clear();
  }

  #isNative(command: EvalCommand): boolean {
    if (command.series.some(({ values }) => values.some(({ kind }) => kind === 'histogram'))) return true;
    const parsed = readQuery(command.query, allOptions);
    if (!parsed.ok) return false;
    return selectorsOf(parsed.value.expression).some(({ matchers }) =>
      this.#native.some((labels) => matchesAll(matchers, labels)),
    );
  }

  async eval(command: EvalCommand): Promise<void> {
    const { line, query } = command;
    const problem = await this.#judge(command);
    this.results.push({ line, query, problem, isNative: this.#isNative(command) });
  }

  async #judge(command: EvalCommand): Promise<string | undefined> {
    const { times, query } = command;
    if (times.kind === 'range') {
      const { startMs, endMs, stepMs } = times;
      return this.#check(command, query, (parsed, options) =>
        runRangeQuery(parsed, startMs, endMs, stepMs, this.#store, options),
      );
    }
    const { atMs } = times;
    const pinned = pinnedQuery(query, atMs);
    const others = atMs === 0 ? [-1000, 0, 1000] : [-10 * atMs, 0, Math.trunc(atMs / 5), atMs, 10 * atMs];
    const variants = [{ text: query, timeMs: atMs }];
    if (pinned !== undefined) variants.push(...others.map((timeMs) => ({ text: pinned, timeMs })));
    for (const { text, timeMs } of variants) {
      const problem = await this.#judgeInstant(command, text, timeMs);
      if (problem !== undefined) return text === query ? problem : `${problem} [as ${text} at ${timeMs} ms]`;
    }
    return undefined;
  }

  async #judgeInstant(command: EvalCommand, text: string, timeMs: number): Promise<string | undefined> {
    let type: QueryData['type'] | undefined;
    const problem = await this.#check(
      command,
      text,
      (parsed, options) => runInstantQuery(parsed, timeMs, this.#store, options),
      (data) => {
        ({ type } = data);
        return data;
      },
    );
    const isFixed = command.rangeVector !== undefined || command.text !== undefined || CONTEXT_CALL.test(text);
    if (problem !== undefined || type === undefined || isFixed) return problem;
    const isOrdered = command.expectations.some(({ kind }) => kind === 'ordered');
    const ranged = await this.#check(
      { ...command, expectations: [] },
      text,
      (parsed, options) => runRangeQuery(parsed, timeMs - MINUTE, timeMs + MINUTE, MINUTE, this.#store, options),
      (data) => (isOrdered ? undefined : middleOf(data, type === 'scalar', timeMs)),
    );
    return ranged === undefined ? undefined : `${ranged} [in range mode]`;
  }

  async #check(
    command: EvalCommand,
    text: string,
    run: (query: ParsedQuery, options: QueryOptions) => ReturnType<typeof runInstantQuery>,
    view: (data: QueryData) => QueryData | undefined = (data) => data,
  ): Promise<string | undefined> {
    const parsed = readQuery(text, allOptions);
    const result = parsed.ok ? await run(parsed.value, { language: allOptions, engine: scriptEngine }) : parsed;
    const failure = command.expectations.find(({ kind }) => kind === 'fail');
    if (!result.ok) {
      if (failure === undefined) return `error: ${result.error.message}`;
      return failure.matches(result.error.message)
        ? undefined
        : `expected an error like ${JSON.stringify(failure.shown)}, got ${JSON.stringify(result.error.message)}`;
    }
    if (failure !== undefined) return 'expected an error, got none';
    const { data, warnings, infos } = result.value;
    const remarks = compareAnnotations(command, warnings, infos);
    if (remarks !== undefined) return remarks;
    const shown = view(data);
    return shown === undefined ? undefined : compareResult(command, shown);
  }
}

/** A range query's samples at `timeMs` as an instant query would give them. */
function middleOf(data: QueryData, isScalar: boolean, timeMs: number): QueryData {
  if (data.type !== 'matrix') return data;
  const series = data.series.flatMap(({ labels, times, values }) => {
    const at = times.indexOf(timeMs);
    return at === -1 ? [] : [{ labels, times: Float64Array.of(timeMs), values: values.slice(at, at + 1) }];
  });
  if (!isScalar) return { type: 'vector', series };
  return { type: 'scalar', timeMs, value: series[0]?.values[0] ?? NaN };
}

/** Runs the script `text`; a script that cannot be understood is one failed case at its line. */
export async function runScript(text: string, store: ScriptStore): Promise<readonly CaseResult[]> {
  const parsed = parseScript(text);
  if (!parsed.ok) {
    const { line, message } = parsed.error;
    return [{ line, query: '', problem: `cannot read the script: ${message}`, isNative: false }];
  }
  const run = new ScriptRun(store);
  await run.clear();
  for (const command of parsed.value) {
    if (command.kind === 'load') await run.load(command);
    else if (command.kind === 'clear') await run.clear();
    else await run.eval(command);
  }
  return run.results;
}
