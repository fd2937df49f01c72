// relabel_configs, metric_relabel_configs, alert_relabel_configs: a list of rules, checked as Prometheus checks them.
import { compileRelabelRegex } from '../../model/relabel/relabel.ts';
import {
  DEFAULT_REGEX,
  DEFAULT_REPLACEMENT,
  DEFAULT_SEPARATOR,
  isLabelName,
  relabelActions,
  type NameScheme,
  type RelabelAction,
  type RelabelRule,
} from '../../model/relabel/relabel-rule.ts';
import type { YamlNode } from '../yaml-reader.ts';
import { words, YamlSection } from './yaml-section.ts';

const fields = words('source_labels separator regex modulus target_label replacement action');
const needTarget: readonly RelabelAction[] = ['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal'];
/** Actions that a field is meant for, where not for all. */
const onlyRegex: readonly RelabelAction[] = ['labeldrop', 'labelkeep'];
const onlyLabels: readonly RelabelAction[] = ['keepequal', 'dropequal'];
const noReplacement: readonly RelabelAction[] = ['lowercase', 'uppercase', 'keepequal', 'dropequal'];
const LEGACY_TEMPLATE = /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$/;

function readRegex(section: YamlSection): string {
  const node = section.field('regex');
  if (node === undefined) return section.has('regex') ? '' : DEFAULT_REGEX;
  const regex = node.text('a regular expression') ?? DEFAULT_REGEX;
  try {
    compileRelabelRegex(regex);
  } catch (error) {
    node.problem(`"${regex}" is no regular expression that RE2 knows: ${(error as Error).message}`);
    return DEFAULT_REGEX;
  }
  return regex;
}

function readAction(section: YamlSection): RelabelAction {
  const text = section.text('action') ?? 'replace';
  const action = relabelActions.find((name) => name === text.toLowerCase());
  if (action === undefined)
    section.field('action')!.problem(`unknown action "${text}"; known are ${relabelActions.join(', ')}`);
  return action ?? 'replace';
}

/** Fields that change nothing with this action are refused, as by Prometheus. */
function checkUnused(section: YamlSection, rule: RelabelRule): void {
  const { action } = rule;
  const isSet: Readonly<Record<string, boolean>> = {
    source_labels: rule.sourceLabels.length > 0,
    target_label: rule.targetLabel !== '',
    modulus: rule.modulus !== 0,
    separator: rule.separator !== DEFAULT_SEPARATOR,
    replacement: rule.replacement !== DEFAULT_REPLACEMENT,
    regex: rule.regex !== DEFAULT_REGEX,
  };
  const refused = onlyRegex.includes(action)
    ? words('source_labels target_label modulus separator replacement')
    : onlyLabels.includes(action)
      ? words('regex modulus separator replacement')
      : noReplacement.includes(action)
        ? ['replacement']
        : [];
  for (const name of refused)
    if (isSet[name] === true) section.problem(name, `${name} cannot be set for the action ${action}`);
}

function checkNames(section: YamlSection, { action, targetLabel, replacement, names }: RelabelRule): void {
  const isTemplate = (text: string): boolean =>
    names === 'utf8' ? isLabelName(text, names) : LEGACY_TEMPLATE.test(text);
  if (needTarget.includes(action)) {
    if (targetLabel === '') section.problem('target_label', `the action ${action} needs a target_label`);
    else {
      const isValid =
        action === 'replace' && targetLabel.includes('$') ? isTemplate(targetLabel) : isLabelName(targetLabel, names);
      if (!isValid) section.problem('target_label', `"${targetLabel}" is no valid label name`);
    }
  }
  if (action === 'labelmap' && !isTemplate(replacement))
    section.problem('replacement', `"${replacement}" is no valid label name`);
}

function readRule(node: YamlNode, names: NameScheme): RelabelRule | undefined {
  if (node.isEmpty) return node.problem('expected a relabelling rule, got nothing');
  const section = YamlSection.of(node, 'a relabelling rule', fields);
  if (section === undefined) return undefined;
  const rule: RelabelRule = {
    action: readAction(section),
    sourceLabels: section.texts('source_labels', 'a list of label names'),
    // An empty text is a value of its own here.
    separator: section.has('separator') ? (section.text('separator') ?? '') : DEFAULT_SEPARATOR,
    regex: readRegex(section),
    modulus: section.count('modulus') ?? 0,
    targetLabel: section.text('target_label') ?? '',
    replacement: section.has('replacement') ? (section.text('replacement') ?? '') : DEFAULT_REPLACEMENT,
    names,
  };
  if (rule.action === 'hashmod' && rule.modulus === 0)
    section.problem('modulus', 'the action hashmod needs a modulus of at least 1');
  checkNames(section, rule);
  checkUnused(section, rule);
  return rule;
}

/** The rules of the field; wrong ones are noted. */
export function readRelabelRules(section: YamlSection, field: string, names: NameScheme): readonly RelabelRule[] {
  return section.list(field, 'a list of relabelling rules').flatMap((node) => readRule(node, names) ?? []);
}
