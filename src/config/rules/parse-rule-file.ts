// The groups, recording rules and alerting rules of a rule file, checked as far as that needs no expression parser.
import { err, ok, type Result } from '../../base/result.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { FileProblem, PlacedText, Rule, RuleFile, RuleGroup } from './rule-file.ts';
import { YamlReader, type YamlNode } from './yaml-reader.ts';

const groupFields = ['name', 'interval', 'query_offset', 'limit', 'labels', 'rules'] as const;
const ruleFields = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'] as const;

const isLabel = (name: string): boolean => name !== '' && name !== METRIC_NAME && !name.includes('\ufffd');
const isAnnotation = (name: string): boolean => name !== '' && !name.includes('\ufffd');
const isMetric = (name: string): boolean => name !== '' && !name.includes('\ufffd');

class RuleFileReader {
  readonly #yaml: YamlReader;

  constructor(yaml: YamlReader) {
    this.#yaml = yaml;
  }

  read(): RuleFile {
    const yaml = this.#yaml;
    const fields = yaml.readFields(yaml.root, 'a rule file', ['groups']);
    const groups: RuleGroup[] = [];
    const names = new Set<string>();
    for (const node of yaml.readList(fields.get('groups'), 'groups')) {
      const group = this.#group(node);
      if (names.has(group.name)) yaml.report(node, `groupname: "${group.name}" is repeated in the same file`);
      names.add(group.name);
      groups.push(group);
    }
    return { groups };
  }

  #group(node: YamlNode): RuleGroup {
    const yaml = this.#yaml;
    const fields = yaml.readFields(node, 'a rule group', groupFields);
    const name = yaml.readText(fields.get('name'), 'name')?.text ?? '';
    if (name === '') yaml.report(node, 'Groupname must not be empty');
    return {
      name,
      intervalMs: yaml.readDuration(fields.get('interval'), 'interval'),
      queryOffsetMs: yaml.readDuration(fields.get('query_offset'), 'query_offset'),
      limit: yaml.readInteger(fields.get('limit'), 'limit') ?? 0,
      labels: yaml.readTexts(fields.get('labels'), 'labels', isLabel),
      rules: yaml.readList(fields.get('rules'), 'rules').flatMap((rule) => this.#rule(rule, name) ?? []),
      place: yaml.place(node),
    };
  }

  #rule(node: YamlNode, group: string): Rule | undefined {
    const yaml = this.#yaml;
    const fields = yaml.readFields(node, `a rule of group "${group}"`, ruleFields);
    const record = yaml.readText(fields.get('record'), 'record');
    const alert = yaml.readText(fields.get('alert'), 'alert');
    const expression = yaml.readText(fields.get('expr'), 'expr');
    const labels = yaml.readTexts(fields.get('labels'), 'labels', isLabel);
    const annotations = yaml.readTexts(fields.get('annotations'), 'annotations', isAnnotation);
    const forMs = yaml.readDuration(fields.get('for'), 'for');
    const keepFiringForMs = yaml.readDuration(fields.get('keep_firing_for'), 'keep_firing_for');
    const place = yaml.place(node);
    if (record !== undefined && alert !== undefined) yaml.report(node, 'only one of "record" and "alert" must be set');
    if (record === undefined && alert === undefined) yaml.report(node, 'one of "record" or "alert" must be set');
    if (expression === undefined || expression.text.trim() === '') {
      yaml.report(node, 'field "expr" must be set in rule');
      return undefined;
    }
    if (record !== undefined) {
      this.#refuseIn(fields, ['for', 'keep_firing_for', 'annotations']);
      this.#checkRecord(node, record, labels);
      return { kind: 'recording', record: record.text, expression, labels, place };
    }
    if (alert === undefined) return undefined;
    if (alert.text === '') yaml.report(node, 'the name of an alert must not be empty');
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

  #refuseIn(fields: ReadonlyMap<string, YamlNode>, names: readonly string[]): void {
    for (const name of names) {
      const node = fields.get(name);
      if (node !== undefined) this.#yaml.report(node, `invalid field "${name}" in recording rule`);
    }
  }

  #checkRecord(node: YamlNode, record: PlacedText, labels: ReadonlyMap<string, PlacedText>): void {
    if (!isMetric(record.text)) this.#yaml.report(node, `invalid recording rule name: "${record.text}"`);
    for (const [name, { text, place }] of labels) {
      if (text.includes('{{'))
        this.#yaml.problems.push({ ...place, message: `the label "${name}" of a recording rule cannot be a template` });
    }
  }
}

/** Reads a rule file; all problems at once, in the order of their places. */
export function parseRuleFile(text: string): Result<RuleFile, readonly FileProblem[]> {
  const yaml = new YamlReader(text);
  const file = new RuleFileReader(yaml).read();
  const { problems } = yaml;
  if (problems.length === 0) return ok(file);
  return err(problems.toSorted((left, right) => left.line - right.line || left.column - right.column));
}
