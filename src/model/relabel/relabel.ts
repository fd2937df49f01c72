// Applies relabelling rules to labels, as Prometheus 3 does (model/relabel).
import { RE2JS } from 're2js';
import { md5 } from '../../base/md5.ts';
import type { LabelBuilder } from './label-builder.ts';
import { DEFAULT_REGEX, isLabelName, type RelabelAction, type RelabelRule } from './relabel-rule.ts';
import { expandTemplate, parseTemplate, type TemplatePart } from './replacement-template.ts';

/** A rule with what can be prepared of it. */
interface CompiledRule extends RelabelRule {
  readonly pattern: RE2JS;
  readonly groups: Readonly<Record<string, number>>;
  readonly target: readonly TemplatePart[];
  readonly template: readonly TemplatePart[];
}

/** Changes the labels; false drops them. `value` is that of the source labels. */
type Step = (rule: CompiledRule, labels: LabelBuilder, value: string) => boolean;

const encoder = new TextEncoder();

/** Letter by letter, as Go changes case: one letter never becomes two, and no letter looks at its neighbours. */
function changeCase(text: string, change: (letter: string) => string): string {
  const letters = Array.from(text, (letter) => {
    const changed = change(letter);
    return changed.length === letter.length ? changed : letter;
  });
  return letters.join('');
}

const toLower = (text: string): string => changeCase(text, (letter) => (letter === 'İ' ? 'i' : letter.toLowerCase()));
const toUpper = (text: string): string => changeCase(text, (letter) => letter.toUpperCase());
const matches = ({ pattern }: CompiledRule, text: string): boolean => pattern.matcher(text).matches();

function replace(rule: CompiledRule, labels: LabelBuilder, value: string): boolean {
  const { targetLabel, replacement, regex, names } = rule;
  if (value === '' && regex === DEFAULT_REGEX && !targetLabel.includes('$') && !replacement.includes('$')) {
    labels.set(targetLabel, replacement);
    return true;
  }
  const matcher = rule.pattern.matcher(value);
  if (!matcher.find()) return true;
  const target = expandTemplate(rule.target, matcher, rule.groups);
  if (isLabelName(target, names)) labels.set(target, expandTemplate(rule.template, matcher, rule.groups));
  return true;
}

/** The last 8 bytes of the MD5 sum, big-endian. */
function hash(value: string): bigint {
  return new DataView(md5(encoder.encode(value)).buffer).getBigUint64(8);
}

function mapNames(rule: CompiledRule, labels: LabelBuilder): boolean {
  for (const [name, value] of labels.entries()) {
    const matcher = rule.pattern.matcher(name);
    if (matcher.find()) labels.set(expandTemplate(rule.template, matcher, rule.groups), value);
  }
  return true;
}

function removeNames(rule: CompiledRule, labels: LabelBuilder, remove: boolean): boolean {
  for (const [name] of labels.entries()) if (matches(rule, name) === remove) labels.remove(name);
  return true;
}

function setTarget({ targetLabel }: CompiledRule, labels: LabelBuilder, value: string): boolean {
  labels.set(targetLabel, value);
  return true;
}

const steps: Readonly<Record<RelabelAction, Step>> = {
  replace,
  keep: (rule, _labels, value) => matches(rule, value),
  drop: (rule, _labels, value) => !matches(rule, value),
  keepequal: ({ targetLabel }, labels, value) => labels.get(targetLabel) === value,
  dropequal: ({ targetLabel }, labels, value) => labels.get(targetLabel) !== value,
  hashmod: (rule, labels, value) => setTarget(rule, labels, String(hash(value) % BigInt(rule.modulus))),
  labelmap: mapNames,
  labeldrop: (rule, labels) => removeNames(rule, labels, true),
  labelkeep: (rule, labels) => removeNames(rule, labels, false),
  lowercase: (rule, labels, value) => setTarget(rule, labels, toLower(value)),
  uppercase: (rule, labels, value) => setTarget(rule, labels, toUpper(value)),
};

/** The expression of a rule, for the whole text. Throws when it is none. */
export function compileRelabelRegex(regex: string): RE2JS {
  return RE2JS.compile(`^(?s:${regex})$`);
}

export type Relabeler = (labels: LabelBuilder) => boolean;

/** A function that applies the rules in their order: true when the labels are kept. The rules must be valid. */
export function compileRelabel(rules: readonly RelabelRule[]): Relabeler {
  const compiled = rules.map((rule): CompiledRule => {
    const pattern = compileRelabelRegex(rule.regex);
    return {
      ...rule,
      pattern,
      groups: pattern.namedGroups() as Record<string, number>,
      target: parseTemplate(rule.targetLabel),
      template: parseTemplate(rule.replacement),
    };
  });
  return (labels) =>
    compiled.every((rule) =>
      steps[rule.action](rule, labels, rule.sourceLabels.map((name) => labels.get(name)).join(rule.separator)),
    );
}
