// promtool's files for testing rules, as settings. https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
import { err, ok, type Result } from '../../base/result.ts';
import { parseFloatText } from '../../base/float-text.ts';
import { YamlFile, type Place, type YamlNode } from '../yaml-reader.ts';
import { readDuration, readFields, readList, readText, readTexts, type Fields } from './rule-fields.ts';
import type { FileProblem } from './rule-file.ts';

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

const textOf = (fields: Fields, name: string): string => readText(fields, name)?.text ?? '';

function textsOf(fields: Fields, name: string): ReadonlyMap<string, string> {
  return new Map([...readTexts(fields, name, anyName)].map(([key, { text }]) => [key, text]));
}

function readFile(root: YamlNode | undefined): RuleTestFile {
  const known = ['rule_files', 'evaluation_interval', 'group_eval_order', 'tests', 'fuzzy_compare'];
  const fields = readFields(root, 'a rule test file', known);
  const evaluationIntervalMs = readDuration(fields, 'evaluation_interval') || MINUTE;
  const texts = (name: string): string[] => readList(fields, name).map((node) => node.text(`a text in ${name}`) ?? '');
  const groupOrder = texts('group_eval_order');
  const repeated = groupOrder.find((name, index) => groupOrder.indexOf(name) < index);
  if (repeated !== undefined)
    fields.get('group_eval_order')?.problem(`the group "${repeated}" stands twice in group_eval_order`);
  return {
    ruleFiles: texts('rule_files'),
    evaluationIntervalMs,
    groupOrder,
    isFuzzy: textOf(fields, 'fuzzy_compare') === 'true',
    groups: readList(fields, 'tests').map((node) => readGroup(node, evaluationIntervalMs)),
  };
}

function readGroup(node: YamlNode, evaluationIntervalMs: number): RuleTestGroup {
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
  const fields = readFields(node, 'a test', known);
  return {
    name: textOf(fields, 'name'),
    place: node.place,
    intervalMs: readDuration(fields, 'interval') || evaluationIntervalMs,
    startMs: readTime(fields.get('start_timestamp')),
    series: readList(fields, 'input_series').map(readSeries),
    alerts: readList(fields, 'alert_rule_test').map(readAlertCase),
    expressions: readList(fields, 'promql_expr_test').map(readExpressionCase),
    externalLabels: textsOf(fields, 'external_labels'),
    externalUrl: textOf(fields, 'external_url'),
  };
}

function readTime(node: YamlNode | undefined): number {
  const text = node?.text('a time for start_timestamp');
  if (node === undefined || text === undefined) return 0;
  const seconds = parseFloatText(text);
  const ms = seconds === undefined ? Date.parse(text) : seconds * 1000;
  if (Number.isFinite(ms)) return ms;
  node.problem('start_timestamp must be a time by RFC 3339 or a number of seconds');
  return 0;
}

function readSeries(node: YamlNode): InputSeries {
  const fields = readFields(node, 'an input series', ['series', 'values']);
  return { place: node.place, series: textOf(fields, 'series'), values: textOf(fields, 'values') };
}

function readAlertCase(node: YamlNode): AlertCase {
  const fields = readFields(node, 'an alert test', ['eval_time', 'alertname', 'exp_alerts']);
  const alert = textOf(fields, 'alertname');
  if (alert === '') node.problem('an item under alert_rule_test misses the attribute alertname');
  const expected = readList(fields, 'exp_alerts').map((one) => {
    const own = readFields(one, 'an expected alert', ['exp_labels', 'exp_annotations']);
    return { labels: textsOf(own, 'exp_labels'), annotations: textsOf(own, 'exp_annotations') };
  });
  return { place: node.place, alert, timeMs: readDuration(fields, 'eval_time') ?? 0, expected };
}

function readExpressionCase(node: YamlNode): ExpressionCase {
  const fields = readFields(node, 'an expression test', ['expr', 'eval_time', 'exp_samples']);
  const expected = readList(fields, 'exp_samples').map((one) => {
    const own = readFields(one, 'an expected sample', ['labels', 'value', 'histogram']);
    const text = textOf(own, 'value').replaceAll('_', '');
    const value = text === '' ? 0 : parseFloatText(text.replace(/^([+-]?)\.(inf|nan)$/i, '$1$2'));
    if (value === undefined) one.problem(`value must be a number, got ${JSON.stringify(text)}`);
    return { labels: textOf(own, 'labels'), value: value ?? NaN, isHistogram: own.has('histogram') };
  });
  return {
    place: node.place,
    expression: textOf(fields, 'expr'),
    timeMs: readDuration(fields, 'eval_time') ?? 0,
    expected,
  };
}

/** Reads a file of tests; all problems at once. */
export function parseRuleTest(text: string): Result<RuleTestFile, readonly FileProblem[]> {
  const { root, problems } = new YamlFile(text);
  const file = readFile(root);
  return problems.length === 0 ? ok(file) : err(problems);
}
