// The groups, recording rules and alerting rules of a rule file, checked as far as that needs no expression parser.
import { err, ok, type Result } from '../../base/result.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import { YamlFile, type PlacedText, type YamlNode } from '../yaml-reader.ts';
import { readDuration, readFields, readList, readText, readTexts, type Fields } from './rule-fields.ts';
import type { FileProblem, Rule, RuleFile, RuleGroup } from './rule-file.ts';

const groupFields = ['name', 'interval', 'query_offset', 'limit', 'labels', 'rules'] as const;
const ruleFields = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'] as const;

const isLabel = (name: string): boolean => name !== '' && name !== METRIC_NAME && !name.includes('\ufffd');
const isAnnotation = (name: string): boolean => name !== '' && !name.includes('\ufffd');
const isMetric = (name: string): boolean => name !== '' && !name.includes('\ufffd');

function readFile(root: YamlNode): Pick<RuleFile, 'groups'> {
  const fields = readFields(root, 'a rule file', ['groups']);
  const groups: RuleGroup[] = [];
  const names = new Set<string>();
  for (const node of readList(fields, 'groups')) {
    const group = readGroup(node);
    if (names.has(group.name)) node.problem(`groupname: "${group.name}" is repeated in the same file`);
    names.add(group.name);
    groups.push(group);
  }
  return { groups };
}

function readGroup(node: YamlNode): RuleGroup {
  const fields = readFields(node, 'a rule group', groupFields);
  const name = readText(fields, 'name')?.text ?? '';
  if (name === '') node.problem('Groupname must not be empty');
  return {
    name,
    intervalMs: readDuration(fields, 'interval'),
    queryOffsetMs: readDuration(fields, 'query_offset'),
    limit: Math.max(0, fields.get('limit')?.integer() ?? 0),
    labels: readTexts(fields, 'labels', isLabel),
    rules: readList(fields, 'rules').flatMap((rule) => readRule(rule, name) ?? []),
    place: node.place,
  };
}

function readRule(node: YamlNode, group: string): Rule | undefined {
  if (node.isEmpty) return undefined;
  const fields = readFields(node, `a rule of group "${group}"`, ruleFields);
  const record = readText(fields, 'record');
  const alert = readText(fields, 'alert');
  const expression = readText(fields, 'expr');
  const labels = readTexts(fields, 'labels', isLabel);
  const annotations = readTexts(fields, 'annotations', isAnnotation);
  const forMs = readDuration(fields, 'for');
  const keepFiringForMs = readDuration(fields, 'keep_firing_for');
  const { place } = node;
  if (record !== undefined && alert !== undefined) node.problem('only one of "record" and "alert" must be set');
  if (record === undefined && alert === undefined) node.problem('one of "record" or "alert" must be set');
  if (expression === undefined || expression.text.trim() === '')
    return node.problem('field "expr" must be set in rule');
  if (record !== undefined) {
    refuseInRecording(fields, { for: forMs, keep_firing_for: keepFiringForMs, annotations: annotations.size });
    checkRecord(node, record);
    return { kind: 'recording', record: record.text, expression, labels, place };
  }
  if (alert === undefined) return undefined;
  if (alert.text === '') node.problem('the name of an alert must not be empty');
  return {
    kind: 'alerting',
    alert: alert.text,
    expression,
    forMs: forMs ?? 0,
    keepFiringForMs: keepFiringForMs ?? 0,
    labels,
    annotations,
    place,
  };
}

/** Fields of alerts, with what makes them more than nothing. */
function refuseInRecording(fields: Fields, sizes: Readonly<Record<string, number | undefined>>): void {
  for (const [name, size = 0] of Object.entries(sizes))
    if (size > 0) fields.get(name)?.problem(`invalid field "${name}" in recording rule`);
}

function checkRecord(node: YamlNode, record: PlacedText): void {
  if (!isMetric(record.text)) node.problem(`invalid recording rule name: "${record.text}"`);
  else if (/[{}]/.test(record.text))
    node.problem(`the name "${record.text}" of a recording rule holds braces; conditions stand in expr`);
}

/** Reads a rule file; all problems at once, in the order of their places. */
export function parseRuleFile(text: string): Result<RuleFile, readonly FileProblem[]> {
  const { root, problems } = new YamlFile(text);
  const file = root === undefined ? { groups: [] } : readFile(root);
  const of = (severity: string): FileProblem[] =>
    problems
      .filter((problem) => problem.severity === severity)
      .toSorted((left, right) => left.line - right.line || left.column - right.column);
  const errors = of('error');
  return errors.length === 0 ? ok({ ...file, warnings: of('warning') }) : err(errors);
}
