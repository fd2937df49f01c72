// promtool's files for testing rules, as settings. https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
import { err, ok, type Result } from '../../base/result.ts';
import { parseFloatText } from '../../base/float-text.ts';
import type { FileProblem, Place } from './rule-file.ts';
import { YamlReader, type YamlNode } from './yaml-reader.ts';

export interface ExpectedAlert {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

export interface AlertCase {
  readonly place: Place;
  readonly alert: string;
  readonly timeMs: number;
  readonly expected: readonly ExpectedAlert[];
}

export interface ExpressionCase {
  readonly place: Place;
  readonly expression: string;
  readonly timeMs: number;
  readonly expected: readonly { readonly labels: string; readonly value: number; readonly isHistogram: boolean }[];
}

export interface InputSeries {
  readonly place: Place;
  readonly series: string;
  readonly values: string;
}

export interface RuleTestGroup {
  readonly name: string;
  readonly place: Place;
  readonly intervalMs: number;
  readonly startMs: number;
  readonly series: readonly InputSeries[];
  readonly alerts: readonly AlertCase[];
  readonly expressions: readonly ExpressionCase[];
  readonly externalLabels: ReadonlyMap<string, string>;
  readonly externalUrl: string;
}

export interface RuleTestFile {
  /** As written: patterns, relative to the file. */
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMs: number;
  readonly groupOrder: readonly string[];
  /** Neighbouring floating-point numbers count as equal. */
  readonly isFuzzy: boolean;
  readonly groups: readonly RuleTestGroup[];
}

const MINUTE = 60_000;
const anyName = (): boolean => true;

class RuleTestReader {
  readonly #yaml: YamlReader;

  constructor(yaml: YamlReader) {
    this.#yaml = yaml;
  }

  #text(node: YamlNode, what: string): string {
    return this.#yaml.readText(node, what)?.text ?? '';
  }

  #texts(node: YamlNode, what: string): ReadonlyMap<string, string> {
    return new Map([...this.#yaml.readTexts(node, what, anyName)].map(([name, { text }]) => [name, text]));
  }

  read(): RuleTestFile {
    const yaml = this.#yaml;
    const known = ['rule_files', 'evaluation_interval', 'group_eval_order', 'tests', 'fuzzy_compare'];
    const fields = yaml.readFields(yaml.root, 'a rule test file', known);
    const evaluationIntervalMs = yaml.readDuration(fields.get('evaluation_interval'), 'evaluation_interval') || MINUTE;
    const texts = (name: string): string[] =>
      yaml.readList(fields.get(name), name).map((node) => this.#text(node, name));
    return {
      ruleFiles: texts('rule_files'),
      evaluationIntervalMs,
      groupOrder: texts('group_eval_order'),
      isFuzzy: this.#text(fields.get('fuzzy_compare'), 'fuzzy_compare') === 'true',
      groups: yaml.readList(fields.get('tests'), 'tests').map((node) => this.#group(node, evaluationIntervalMs)),
    };
  }

  #group(node: YamlNode, evaluationIntervalMs: number): RuleTestGroup {
    const yaml = this.#yaml;
    const known = [
      'name',
      'interval',
      'input_series',
      'alert_rule_test',
      'promql_expr_test',
      'external_labels',
      'external_url',
      'start_timestamp',
    ];
    const fields = yaml.readFields(node, 'a test', known);
    const list = (name: string): readonly YamlNode[] => yaml.readList(fields.get(name), name);
    return {
      name: this.#text(fields.get('name'), 'name'),
      place: yaml.place(node),
      intervalMs: yaml.readDuration(fields.get('interval'), 'interval') || evaluationIntervalMs,
      startMs: this.#time(fields.get('start_timestamp')),
      series: list('input_series').map((series) => this.#series(series)),
      alerts: list('alert_rule_test').map((alert) => this.#alertCase(alert)),
      expressions: list('promql_expr_test').map((expression) => this.#expressionCase(expression)),
      externalLabels: this.#texts(fields.get('external_labels'), 'external_labels'),
      externalUrl: this.#text(fields.get('external_url'), 'external_url'),
    };
  }

  #time(node: YamlNode): number {
    if (node === undefined) return 0;
    const text = this.#text(node, 'start_timestamp');
    const seconds = parseFloatText(text);
    const ms = seconds === undefined ? Date.parse(text) : seconds * 1000;
    if (Number.isFinite(ms)) return ms;
    this.#yaml.report(node, 'start_timestamp must be a time by RFC 3339 or a number of seconds');
    return 0;
  }

  #series(node: YamlNode): InputSeries {
    const fields = this.#yaml.readFields(node, 'an input series', ['series', 'values']);
    const place = this.#yaml.place(node);
    return {
      place,
      series: this.#text(fields.get('series'), 'series'),
      values: this.#text(fields.get('values'), 'values'),
    };
  }

  #alertCase(node: YamlNode): AlertCase {
    const yaml = this.#yaml;
    const fields = yaml.readFields(node, 'an alert test', ['eval_time', 'alertname', 'exp_alerts']);
    const alert = this.#text(fields.get('alertname'), 'alertname');
    if (alert === '') yaml.report(node, 'an item under alert_rule_test misses the attribute alertname');
    const expected = yaml.readList(fields.get('exp_alerts'), 'exp_alerts').map((one) => {
      const own = yaml.readFields(one, 'an expected alert', ['exp_labels', 'exp_annotations']);
      return {
        labels: this.#texts(own.get('exp_labels'), 'exp_labels'),
        annotations: this.#texts(own.get('exp_annotations'), 'exp_annotations'),
      };
    });
    const timeMs = yaml.readDuration(fields.get('eval_time'), 'eval_time') ?? 0;
    return { place: yaml.place(node), alert, timeMs, expected };
  }

  #expressionCase(node: YamlNode): ExpressionCase {
    const yaml = this.#yaml;
    const fields = yaml.readFields(node, 'an expression test', ['expr', 'eval_time', 'exp_samples']);
    const expected = yaml.readList(fields.get('exp_samples'), 'exp_samples').map((one) => {
      const own = yaml.readFields(one, 'an expected sample', ['labels', 'value', 'histogram']);
      const text = this.#text(own.get('value'), 'value').replaceAll('_', '');
      const value = text === '' ? 0 : parseFloatText(text.replace(/^([+-]?)\.(inf|nan)$/i, '$1$2'));
      if (value === undefined) yaml.report(one, `value must be a number, got ${JSON.stringify(text)}`);
      return {
        labels: this.#text(own.get('labels'), 'labels'),
        value: value ?? NaN,
        isHistogram: own.has('histogram'),
      };
    });
    return {
      place: yaml.place(node),
      expression: this.#text(fields.get('expr'), 'expr'),
      timeMs: yaml.readDuration(fields.get('eval_time'), 'eval_time') ?? 0,
      expected,
    };
  }
}

/** Reads a file of tests; all problems at once. */
export function parseRuleTest(text: string): Result<RuleTestFile, readonly FileProblem[]> {
  const yaml = new YamlReader(text);
  const file = new RuleTestReader(yaml).read();
  return yaml.problems.length === 0 ? ok(file) : err(yaml.problems);
}
