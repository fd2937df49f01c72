// /rules, /alerts and /alertmanagers: what is evaluated, what it found, and who is told.
import { createHash } from 'node:crypto';
import type { ActiveAlert } from '../../../alerting/rule/active-alert.ts';
import type { CompiledRule } from '../../../alerting/rule/compile-rule-file.ts';
import type { RuleRun } from '../../../alerting/rule/rule-group-run.ts';
import { ruleName } from '../../../alerting/schedule/group-identity.ts';
import type { ScheduledGroup } from '../../../alerting/schedule/scheduled-group.ts';
import { formatFloatExponent } from '../../../base/float-text.ts';
import { Labels } from '../../../model/labels.ts';
import { matchesAll, type Matcher } from '../../../query/promql/matcher.ts';
import type { LanguageOptions } from '../../../query/promql/options.ts';
import { printQuery } from '../../../query/promql/print.ts';
import { failParameter } from '../api-error.ts';
import { JsonText, type ApiAnswer, type ApiCall, type Endpoint } from '../endpoint.ts';
import { readMatcherSets } from '../parameters.ts';

export interface RulesFacts {
  readonly groups: () => readonly ScheduledGroup[];
  readonly alertmanagers: () => { readonly active: readonly string[]; readonly dropped: readonly string[] };
}

type Json = Record<string, unknown>;

/** Go's zero time: never. */
const NEVER = '0001-01-01T00:00:00Z';
const iso = (ms: number | undefined): string => (ms === undefined ? NEVER : new Date(ms).toISOString());
const TRUE_WORDS = ['1', 't', 'true'];
const FALSE_WORDS = ['0', 'f', 'false'];

const isActive = ({ state }: ActiveAlert): boolean => state !== 'resolved';

function describeAlert({ labels, annotations, state, activeSinceMs, keptSinceMs, value }: ActiveAlert): Json {
  return {
    labels: Object.fromEntries(labels),
    annotations: Object.fromEntries(annotations),
    state,
    activeAt: iso(activeSinceMs),
    ...(keptSinceMs === undefined ? {} : { keepFiringSince: iso(keptSinceMs) }),
    value: formatFloatExponent(value),
  };
}

/** The worst state of a rule's alerts; `unknown` before its first evaluation. */
export function stateOf(run: RuleRun): 'unknown' | 'inactive' | 'pending' | 'firing' {
  if (run.lastEvaluationMs === undefined) return 'unknown';
  const states = [...run.alerts.values()].map(({ state }) => state);
  if (states.includes('firing')) return 'firing';
  return states.includes('pending') ? 'pending' : 'inactive';
}

/** What never changes of a rule, as JSON without its last brace: printing an expression takes longer than all the rest. */
const constantParts = new WeakMap<CompiledRule, string>();

function constantPartOf(compiled: CompiledRule): string {
  let text = constantParts.get(compiled);
  if (text === undefined) {
    const { query, labels } = compiled;
    const constant = {
      name: ruleName(compiled),
      query: printQuery(query.expression),
      labels: Object.fromEntries(labels),
    };
    text = JSON.stringify(constant).slice(0, -1);
    constantParts.set(compiled, text);
  }
  return text;
}

/** A rule as JSON. */
function writeRule(run: RuleRun, withAlerts: boolean): string {
  return `${constantPartOf(run.compiled)},${JSON.stringify(describeRun(run, withAlerts)).slice(1)}`;
}

function describeRun(run: RuleRun, withAlerts: boolean): Json {
  const { rule } = run.compiled;
  const shared = {
    health: run.health,
    ...(run.error === undefined ? {} : { lastError: run.error }),
    evaluationTime: run.durationMs / 1000,
    lastEvaluation: iso(run.lastEvaluationMs),
  };
  if (rule.kind === 'recording') return { ...shared, type: 'recording' };
  return {
    ...shared,
    state: stateOf(run),
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    annotations: Object.fromEntries([...rule.annotations].map(([name, { text }]) => [name, text])),
    alerts: withAlerts ? [...run.alerts.values()].filter(isActive).map(describeAlert) : null,
    type: 'alerting',
  };
}

function readBoolean(form: URLSearchParams, name: string): boolean {
  const text = (form.get(name) ?? '').toLowerCase();
  if (text === '' || FALSE_WORDS.includes(text)) return false;
  if (TRUE_WORDS.includes(text)) return true;
  return failParameter(
    name,
    `error converting ${name}: strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

/** How many groups an answer has at most (0: all), and the token of the first of them. */
function readPage(form: URLSearchParams): { readonly limit: number; readonly token: string } {
  const text = form.get('group_limit') ?? '';
  const token = form.get('group_next_token') ?? '';
  if (text === '') {
    if (token === '') return { limit: 0, token };
    failParameter('group_next_token', 'group_limit needs to be present in order to paginate over the groups');
  }
  if (!/^[+-]?\d{1,10}$/.test(text))
    failParameter(
      'group_limit',
      `group_limit needs to be a valid number: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const limit = Number(text);
  return limit <= 0 ? failParameter('group_limit', 'group_limit needs to be greater than 0') : { limit, token };
}

const tokenOf = ({ key }: ScheduledGroup): string => createHash('sha256').update(key).digest('hex');

function isWanted(set: readonly string[], name: string): boolean {
  return set.length === 0 || set.includes(name);
}

interface RuleFilter {
  readonly names: readonly string[];
  readonly sets: readonly (readonly Matcher[])[];
  readonly type: string;
}

function fits({ rule, labels }: CompiledRule, name: string, { names, sets, type }: RuleFilter): boolean {
  if (!isWanted(names, name)) return false;
  if (type !== '' && type !== (rule.kind === 'alerting' ? 'alert' : 'record')) return false;
  if (sets.length === 0) return true;
  const own = Labels.of(labels);
  return sets.some((matchers) => matchesAll(matchers, own));
}

/** The members of an object behind others. */
const rest = (members: Json): string =>
  Object.entries(members)
    .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join('');

function listRules({ form }: ApiCall, facts: RulesFacts, language: LanguageOptions): ApiAnswer {
  const sets = readMatcherSets(form, language);
  const type = (form.get('type') ?? '').toLowerCase();
  if (!['', 'alert', 'record'].includes(type)) failParameter('type', `not supported value ${JSON.stringify(type)}`);
  const withAlerts = !readBoolean(form, 'exclude_alerts');
  const { limit, token } = readPage(form);
  const filter = { names: form.getAll('rule_name[]'), sets, type };
  const [groupNames, files] = [form.getAll('rule_group[]'), form.getAll('file[]')];
  const all = facts.groups();
  const first = token === '' ? 0 : all.findIndex((group) => tokenOf(group) === token);
  if (first === -1) failParameter('group_next_token', `invalid group_next_token '${token}'. were rule groups changed?`);
  const groups: string[] = [];
  const write = (next: Json): JsonText => new JsonText(`{"groups":[${groups.join(',')}]${rest(next)}}`);
  for (const group of all.slice(first)) {
    const { name, limit: most } = group.run.group;
    if (!isWanted(groupNames, name) || !isWanted(files, group.file)) continue;
    const rules = group.run.rules.filter(({ compiled }) => fits(compiled, ruleName(compiled), filter));
    if (rules.length === 0) continue;
    if (limit > 0 && groups.length === limit) return { data: write({ groupNextToken: tokenOf(group) }) };
    const { durationMs, lastEvaluationMs } = group.statistics;
    const place = JSON.stringify({ name, file: group.file }).slice(0, -1);
    const described = {
      interval: group.intervalMs / 1000,
      limit: most,
      evaluationTime: durationMs / 1000,
      lastEvaluation: iso(lastEvaluationMs),
    };
    groups.push(`${place},"rules":[${rules.map((run) => writeRule(run, withAlerts)).join(',')}]${rest(described)}}`);
  }
  return { data: write({}) };
}

function listAlerts(facts: RulesFacts): ApiAnswer {
  const alerts = facts.groups().flatMap(({ run }) => run.rules.flatMap((rule) => [...rule.alerts.values()]));
  return { data: { alerts: alerts.filter(isActive).map(describeAlert) } };
}

export function rulesEndpoints(facts: RulesFacts, language: LanguageOptions): readonly Endpoint[] {
  const toUrls = (urls: readonly string[]): Json[] => urls.map((url) => ({ url }));
  return [
    { path: '/rules', answer: (call) => listRules(call, facts, language) },
    { path: '/alerts', answer: () => listAlerts(facts) },
    {
      path: '/alertmanagers',
      answer: () => {
        const { active, dropped } = facts.alertmanagers();
        return { data: { activeAlertmanagers: toUrls(active), droppedAlertmanagers: toUrls(dropped) } };
      },
    },
  ];
}
