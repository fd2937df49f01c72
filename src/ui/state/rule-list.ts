// The rules as the page lists them: by state, by words.
import type { RulesSearch } from './address.ts';
import type { Rule, RuleGroup } from './prometheus.ts';

export const ruleStates = ['firing', 'pending', 'inactive', 'wrong'] as const;
/** `wrong`: its last evaluation failed, whatever state its alerts were left in. */
export type RuleStateName = (typeof ruleStates)[number];
/** Recording rules have no state but that they can be evaluated. */
export type ShownState = RuleStateName | 'recording' | 'unknown';

export interface PlacedRule {
  readonly group: RuleGroup;
  readonly rule: Rule;
  /** In its group. */
  readonly place: number;
}

export function stateOf(rule: Rule): ShownState {
  if (rule.health === 'err') return 'wrong';
  if (rule.type === 'recording') return 'recording';
  return rule.state ?? 'unknown';
}

export const ruleKey = ({ group, place }: PlacedRule): string => `${group.name}/${place}`;

export function countStates(groups: readonly RuleGroup[]): Record<RuleStateName, number> {
  const counts = { firing: 0, pending: 0, inactive: 0, wrong: 0 };
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    const state = stateOf(rule);
    if (state in counts) counts[state as RuleStateName]++;
  }
  return counts;
}

function matches({ group, rule }: PlacedRule, { find = '', state }: RulesSearch): boolean {
  if (state !== undefined && stateOf(rule) !== state) return false;
  const labels = Object.entries(rule.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  const text = `${group.name} ${rule.name} ${rule.query} ${labels.join(' ')}`.toLowerCase();
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Groups that have a rule that is looked for, with these rules; those with trouble first. */
export function selectRules(
  groups: readonly RuleGroup[],
  search: RulesSearch,
): { group: RuleGroup; rules: PlacedRule[] }[] {
  const weight = (rules: readonly PlacedRule[]): number =>
    Math.min(
      ...rules
        .map(({ rule }) => ['firing', 'wrong', 'pending'].indexOf(stateOf(rule)))
        .map((at) => (at === -1 ? 3 : at)),
    );
  return groups
    .map((group) => ({
      group,
      rules: group.rules.map((rule, place) => ({ group, rule, place })).filter((placed) => matches(placed, search)),
    }))
    .filter(({ rules }) => rules.length > 0)
    .toSorted((one, other) => weight(one.rules) - weight(other.rules));
}
