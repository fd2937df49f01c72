// Prometheus' script language for testing PromQL: load, clear and eval commands, one a paragraph.
import { RE2JS } from 're2js';
import type { Labels } from '../../../model/labels.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { parseDuration } from '../../../base/duration.ts';
import { allOptions } from '../options.ts';
import { readNumber } from '../parse-number.ts';
import { readQuery } from '../query.ts';
import { unquoteString } from '../string-literal.ts';
import { parseMetric, parseSeriesDescription, parseStartOffsets, type SequenceValue } from './series-description.ts';

/** What kinds of remarks and failures a case may expect. */
export type ExpectationKind = 'fail' | 'warn' | 'no_warn' | 'info' | 'no_info' | 'ordered';

/** A text to be met exactly, or an expression, or anything. */
export interface Expectation {
  readonly kind: ExpectationKind;
  readonly shown: string;
  matches(text: string): boolean;
}

export interface LoadedSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
  readonly startOffsets: readonly (number | undefined)[] | undefined;
}

export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Classic histograms are also loaded as native ones. */
  readonly withNative: boolean;
  readonly series: readonly LoadedSeries[];
}

export interface ExpectedSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
}

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly times: { readonly kind: 'instant'; readonly atMs: number } | ({ readonly kind: 'range' } & RangeTimes);
  readonly expectations: readonly Expectation[];
  readonly series: readonly ExpectedSeries[];
  readonly scalar: SequenceValue | undefined;
  readonly text: string | undefined;
  /** Times at which an instant query is to give a range vector. */
  readonly rangeVector: RangeTimes | undefined;
}

export interface RangeTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export type ScriptCommand = LoadCommand | EvalCommand | { readonly kind: 'clear'; readonly line: number };

/** Where a script cannot be understood. */
export interface ScriptError {
  readonly line: number;
  readonly message: string;
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;
const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const EXPECT_RANGE = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;
const START_TIMES = /^(\S+)@st\s+(.*)$/;

class ScriptProblem extends Error {}

function fail(message: string): never {
  throw new ScriptProblem(message);
}

function durationOf(text: string, what: string): number {
  const ms = parseDuration(text);
  return typeof ms === 'string' ? fail(`invalid ${what} ${JSON.stringify(text)}: ${ms}`) : ms;
}

function rangeTimesOf(from: string, to: string, step: string): RangeTimes {
  const startMs = durationOf(from, 'start timestamp definition');
  const endMs = durationOf(to, 'end timestamp definition');
  if (endMs < startMs) fail(`invalid test definition, end timestamp (${to}) is before start timestamp (${from})`);
  return { startMs, endMs, stepMs: durationOf(step, 'step definition') };
}

function expectation(kind: ExpectationKind, form: string | undefined, text: string): Expectation {
  if (form === undefined) return { kind, shown: '.*', matches: () => true };
  if (form === 'msg') return { kind, shown: text, matches: (other) => other === text };
  try {
    const regex = RE2JS.compile(text);
    return { kind, shown: text, matches: (other) => regex.matcher(other).find() };
  } catch {
    return fail(`invalid regex ${text} for ${kind}`);
  }
}

class ScriptParser {
  readonly #lines: readonly string[];
  readonly commands: ScriptCommand[] = [];
  line = 0;

  constructor(text: string) {
    this.#lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  }

  parse(): void {
    for (; this.line < this.#lines.length; this.line++) {
      const text = this.#lines[this.line] ?? '';
      if (text === '') continue;
      const word = text.split(/[\t ]+/, 1)[0]?.toLowerCase() ?? '';
      if (word === 'clear') this.commands.push({ kind: 'clear', line: this.line + 1 });
      else if (word.startsWith('load')) this.#load(text);
      else if (word.startsWith('eval')) this.#eval(text);
      else fail(`invalid command ${JSON.stringify(text)}`);
    }
  }

  /** The lines behind the command, up to an empty one. */
  *#body(): Generator<string> {
    while (this.line + 1 < this.#lines.length) {
      const text = this.#lines[this.line + 1] ?? '';
      if (text === '') return;
      this.line++;
      yield text;
    }
  }

  #load(text: string): void {
    const parts = /^load(?:_(with_nhcb))?\s+(.+?)$/.exec(text);
    if (parts === null) return fail('invalid load command. (load[_with_nhcb] <step:duration>)');
    const line = this.line + 1;
    const stepMs = durationOf(parts[2] ?? '', 'step definition');
    const series: LoadedSeries[] = [];
    let pending: { labels: Labels; offsets: (number | undefined)[] } | undefined;
    for (const definition of this.#body()) {
      const starts = START_TIMES.exec(definition);
      if (starts !== null) {
        if (pending !== undefined) fail('@st line has no following sample line');
        const labels = parseMetric(starts[1] ?? '');
        const offsets = parseStartOffsets(starts[2] ?? '');
        if (!labels.ok || !offsets.ok)
          return fail(`invalid @st line: ${labels.ok ? '' : labels.error}${offsets.ok ? '' : offsets.error}`);
        pending = { labels: labels.value, offsets: offsets.value };
        continue;
      }
      const described = parseSeriesDescription(definition);
      if (!described.ok) return fail(described.error);
      const { labels, values } = described.value;
      if (pending !== undefined && pending.labels.key !== labels.key)
        fail('@st metric does not match the following sample line metric');
      if (pending !== undefined && pending.offsets.length !== values.length)
        fail(`@st line has ${pending.offsets.length} values but sample line has ${values.length}`);
      series.push({ labels, values, startOffsets: pending?.offsets });
      pending = undefined;
    }
    if (pending !== undefined) fail('@st line has no following sample line');
    this.commands.push({ kind: 'load', line, stepMs, withNative: parts[1] !== undefined, series });
  }

  #eval(text: string): void {
    const line = this.line + 1;
    const instant = INSTANT.exec(text);
    const range = instant === null ? RANGE.exec(text) : null;
    if (instant === null && range === null) fail('invalid evaluation command');
    const query = instant?.[3] ?? range?.[5] ?? '';
    const parsed = readQuery(query, allOptions);
    if (!parsed.ok) fail(parsed.error.message);
    const times =
      instant === null
        ? ({ kind: 'range', ...rangeTimesOf(range?.[2] ?? '', range?.[3] ?? '', range?.[4] ?? '') } as const)
        : ({ kind: 'instant', atMs: durationOf(instant[2] ?? '', 'timestamp definition') } as const);
    const expectations: Expectation[] = [];
    const modifier = instant?.[1] ?? range?.[1];
    if (modifier !== undefined) expectations.push(expectation(modifier as ExpectationKind, undefined, ''));
    this.commands.push({
      kind: 'eval',
      line,
      query,
      times,
      ...this.#expected(expectations, modifier, instant !== null),
    });
  }

  #expected(
    expectations: Expectation[],
    modifier: string | undefined,
    isInstant: boolean,
  ): Pick<EvalCommand, 'expectations' | 'series' | 'scalar' | 'text' | 'rangeVector'> {
    const series: ExpectedSeries[] = [];
    let scalar: SequenceValue | undefined;
    let text: string | undefined;
    let rangeVector: RangeTimes | undefined;
    for (const definition of this.#body()) {
      const old = modifier === 'fail' ? /^expected_fail_(message|regexp)\s*(.*)$/.exec(definition) : null;
      if (old !== null) {
        expectations.splice(0, 1, expectation('fail', old[1] === 'message' ? 'msg' : 'regex', (old[2] ?? '').trim()));
        break;
      }
      if (definition.startsWith('expect range vector')) {
        const parts = EXPECT_RANGE.exec(definition);
        if (parts === null) return fail(`invalid range vector definition ${JSON.stringify(definition)}`);
        rangeVector = rangeTimesOf(parts[1] ?? '', parts[2] ?? '', parts[3] ?? '');
      } else if (definition.startsWith('expect string')) {
        const literal = definition.slice('expect string'.length).trim();
        if (!/^(?:"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)')$/.test(literal))
          fail('expected string literal not valid - check that the string is correctly quoted');
        text = unquoteString(literal);
      } else if (definition.split(' ', 1)[0] === 'expect') {
        const parts = EXPECT.exec(definition);
        if (parts === null)
          return fail('invalid expect statement, must match `expect <type> <match_type>: <string>` format');
        expectations.push(expectation(parts[1] as ExpectationKind, parts[2], (parts[3] ?? '').trim()));
        checkExpectations(expectations);
      } else {
        const number = readSigned(definition);
        if (number !== undefined) {
          scalar = { kind: 'number', value: number };
          break;
        }
        const described = parseSeriesDescription(definition);
        if (!described.ok) return fail(described.error);
        if (described.value.values.length > 1 && isInstant && rangeVector === undefined)
          fail("expecting multiple values in instant evaluation not allowed. consider using 'expect range vector'");
        const known = series.findIndex(({ labels }) => labels.key === described.value.labels.key);
        if (known === -1) series.push(described.value);
        else series[known] = described.value;
      }
    }
    return { expectations, series, scalar, text, rangeVector };
  }
}

function readSigned(text: string): number | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  if (!/^(?:[\d.]|inf$|nan$)/i.test(text.slice(sign.length))) return undefined;
  const number = readNumber(text.slice(sign.length));
  return number === undefined ? undefined : sign === '-' ? -number : number;
}

function checkExpectations(expectations: readonly Expectation[]): void {
  const has = (kind: ExpectationKind): boolean => expectations.some((one) => one.kind === kind);
  for (const kind of ['info', 'warn'] as const) {
    if (has(kind) && has(`no_${kind}`)) fail(`invalid expect lines, ${kind} and no_${kind} cannot be used together`);
  }
  if (expectations.filter(({ kind }) => kind === 'fail').length > 1)
    fail('invalid expect lines, multiple expect fail lines are not allowed');
}

/** Reads a whole script; the first thing that cannot be understood ends it. */
export function parseScript(text: string): Result<readonly ScriptCommand[], ScriptError> {
  const parser = new ScriptParser(text);
  try {
    parser.parse();
    return ok(parser.commands);
  } catch (error) {
    if (error instanceof ScriptProblem) return err({ line: parser.line + 1, message: error.message });
    throw error;
  }
}
