// Runs the tests of a promtool file: rules are evaluated on made-up series in made-up time, and held to what is expected.
import type { AlertCase, ExpressionCase, RuleTestFile, RuleTestGroup } from '../../config/rules/parse-rule-test.ts';
import type { FileProblem } from '../../config/rules/rule-file.ts';
import type { Place } from '../../config/yaml-reader.ts';
import { formatDuration } from '../../base/duration.ts';
import { formatFloatShortest } from '../../base/float-text.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { compareLabels, Labels } from '../../model/labels.ts';
import { MemorySeriesSource, type MemorySample } from '../../query/promql/memory-series-source.ts';
import type { LanguageOptions } from '../../query/promql/options.ts';
import { parseMetric, parseSeriesDescription } from '../../query/promql/promqltest/series-description.ts';
import { readQuery, runInstantQuery, type ParsedQuery } from '../../query/promql/query.ts';
import { showLabels } from '../../query/promql/show-labels.ts';
import type { CompiledGroup } from '../rule/compile-rule-file.ts';
import { ALERT_NAME, type RuleContext, type RuleSample } from '../rule/evaluate-rule.ts';
import { RuleGroupRun, type WrittenSample } from '../rule/rule-group-run.ts';

/** What is wrong; where two sides differ, their lines stand in `message` and apart. */
export interface RuleTestProblem extends FileProblem {
  readonly where?: string;
  readonly expected?: readonly string[];
  readonly got?: readonly string[];
}

/** What became of one test of a file. */
export interface RuleTestResult {
  readonly name: string;
  readonly line: number;
  readonly problems: readonly RuleTestProblem[];
}

function differ(place: Place, where: string, expected: readonly string[], got: readonly string[]): RuleTestProblem {
  const show = (lines: readonly string[]): string =>
    (lines.length === 0 ? ['none'] : lines).map((line) => `      ${line}`).join('\n');
  const message = `${where}\n    expected:\n${show(expected)}\n    got:\n${show(got)}`;
  return { ...place, message, where, expected, got };
}

interface ShownAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

const showAlerts = (alerts: readonly ShownAlert[]): string[] =>
  alerts.flatMap(({ labels, annotations }) => [showLabels(labels), `  ${showLabels(annotations)}`]);

const sortAlerts = (alerts: readonly ShownAlert[]): ShownAlert[] =>
  alerts.toSorted(
    (left, right) => compareLabels(left.labels, right.labels) || compareLabels(left.annotations, right.annotations),
  );

/** The next floating-point number upwards or downwards counts as equal. */
function areNeighbours(left: number, right: number): boolean {
  const words = new BigInt64Array(Float64Array.of(left, right).buffer);
  const distance = (words[0] ?? 0n) - (words[1] ?? 0n);
  return distance <= 1n && distance >= -1n;
}

class RuleTestRun {
  readonly #test: RuleTestGroup;
  readonly #file: RuleTestFile;
  readonly #language: LanguageOptions;
  readonly #source = new MemorySeriesSource();
  readonly #groups: readonly RuleGroupRun[];
  readonly problems: RuleTestProblem[] = [];

  constructor(file: RuleTestFile, test: RuleTestGroup, groups: readonly CompiledGroup[], language: LanguageOptions) {
    this.#file = file;
    this.#test = test;
    this.#language = language;
    const order = (name: string): number => Math.max(0, file.groupOrder.indexOf(name));
    const sorted = groups.toSorted((left, right) => order(left.name) - order(right.name));
    this.#groups = sorted.map((group) => new RuleGroupRun(group));
  }

  async run(): Promise<void> {
    this.#load();
    const { startMs, alerts, expressions } = this.#test;
    const interval = this.#file.evaluationIntervalMs;
    const lastMs = Math.max(0, ...[...alerts, ...expressions].map(({ timeMs }) => timeMs));
    for (let timeMs = 0; timeMs <= lastMs; timeMs += interval) {
      if (!(await this.#evaluate(startMs + timeMs))) return;
      for (const one of alerts) if (timeMs <= one.timeMs && one.timeMs < timeMs + interval) this.#checkAlert(one);
    }
    for (const one of expressions) await this.#checkExpression(one);
  }

  #load(): void {
    const { series, intervalMs, startMs } = this.#test;
    for (const { series: name, values, place } of series) {
      const described = parseSeriesDescription(`${name} ${values}`);
      if (!described.ok) {
        this.problems.push({ ...place, message: described.error });
        continue;
      }
      const samples: MemorySample[] = [];
      described.value.values.forEach((value, index) => {
        const timeMs = startMs + index * intervalMs;
        if (value.kind === 'number') samples.push({ timeMs, value: value.value });
        else if (value.kind === 'stale') samples.push({ timeMs, value: NaN, isStale: true });
        else if (value.kind === 'histogram' && index === 0)
          this.problems.push({ ...place, message: 'native histograms are not supported' });
      });
      this.#source.append(described.value.labels, samples);
    }
  }

  async #query(query: ParsedQuery, timeMs: number): Promise<Result<readonly RuleSample[], string>> {
    const engine = { defaultSubqueryStepMs: this.#file.evaluationIntervalMs };
    const result = await runInstantQuery(query, timeMs, this.#source, { language: this.#language, engine });
    if (!result.ok) return err(result.error.message);
    const { data } = result.value;
    if (data.type === 'scalar') return ok([{ labels: Labels.empty, value: data.value }]);
    if (data.type !== 'vector') return err('rule result is not a vector or scalar');
    return ok(data.series.map(({ labels, values }) => ({ labels, value: values[0] ?? NaN })));
  }

  async #evaluate(nowMs: number): Promise<boolean> {
    const { externalLabels, externalUrl, place, startMs } = this.#test;
    const context: RuleContext = { query: (query, timeMs) => this.#query(query, timeMs), externalLabels, externalUrl };
    let isGood = true;
    for (const group of this.#groups) {
      await group.evaluate(nowMs, context, { write: (samples) => this.#write(samples) });
      for (const { error, compiled } of group.rules) {
        if (error === undefined) continue;
        isGood = false;
        const { rule } = compiled;
        const name = rule.kind === 'alerting' ? rule.alert : rule.record;
        this.problems.push({ ...place, message: `rule ${name}, time ${formatDuration(nowMs - startMs)}: ${error}` });
      }
    }
    return isGood;
  }

  #write(samples: readonly WrittenSample[]): void {
    for (const { labels, timeMs, value } of samples)
      this.#source.append(labels, [{ timeMs, value: value ?? NaN, isStale: value === undefined }]);
  }

  #checkAlert({ alert, timeMs, expected, place }: AlertCase): void {
    const wanted = sortAlerts(
      expected.map(({ labels, annotations }) => ({
        labels: Labels.of([...labels, [ALERT_NAME, alert]]),
        annotations: Labels.of(annotations),
      })),
    );
    const runs = this.#groups.flatMap(({ rules }) => rules);
    const named = runs.filter(({ compiled }) => compiled.rule.kind === 'alerting' && compiled.rule.alert === alert);
    const firing = named.flatMap(({ alerts }) => [...alerts.values()].filter(({ state }) => state === 'firing'));
    const got = sortAlerts(firing);
    const keys = (alerts: readonly ShownAlert[]): string =>
      JSON.stringify(alerts.map(({ labels, annotations }) => [labels.key, annotations.key]));
    if (keys(wanted) === keys(got)) return;
    const where = `alert ${alert} at ${formatDuration(timeMs)}`;
    this.problems.push(differ(place, where, showAlerts(wanted), showAlerts(got)));
  }

  async #checkExpression({ expression, timeMs, expected, place }: ExpressionCase): Promise<void> {
    const where = `expression ${expression} at ${formatDuration(timeMs)}`;
    const report = (message: string): void => void this.problems.push({ ...place, message: `${where}: ${message}` });
    const query = readQuery(expression, this.#language);
    const result = query.ok ? await this.#query(query.value, this.#test.startMs + timeMs) : err(query.error.message);
    if (!result.ok) return report(result.error);
    const wanted: RuleSample[] = [];
    for (const { labels, value, isHistogram } of expected) {
      const metric = parseMetric(labels);
      if (!metric.ok) return report(`labels ${labels}: ${metric.error}`);
      if (isHistogram) return report('native histograms are not supported');
      wanted.push({ labels: metric.value, value });
    }
    const sort = (samples: readonly RuleSample[]): RuleSample[] =>
      samples.toSorted((left, right) => compareLabels(left.labels, right.labels));
    const [left, right] = [sort(wanted), sort(result.value)];
    const isSame = (one: RuleSample, other: RuleSample | undefined): boolean =>
      one.labels.key === other?.labels.key &&
      (one.value === other.value || (this.#file.isFuzzy && areNeighbours(one.value, other.value)));
    if (left.length === right.length && left.every((one, index) => isSame(one, right[index]))) return;
    const show = (samples: readonly RuleSample[]): string[] =>
      samples.map(({ labels, value }) => `${showLabels(labels)} ${formatFloatShortest(value)}`);
    this.problems.push(differ(place, where, show(left), show(right)));
  }
}

/** Runs the tests of `file` that `isWanted` by their names against `groups`. */
export async function runRuleTest(
  file: RuleTestFile,
  groups: readonly CompiledGroup[],
  language: LanguageOptions,
  isWanted: (name: string) => boolean = () => true,
): Promise<readonly RuleTestResult[]> {
  const results: RuleTestResult[] = [];
  for (const [index, test] of file.groups.entries()) {
    if (!isWanted(test.name)) continue;
    const run = new RuleTestRun(file, test, groups, language);
    await run.run();
    const name = test.name === '' ? `unnamed#${index}` : test.name;
    results.push({ name, line: test.place.line, problems: run.problems });
  }
  return results;
}
