// /targets… and /scrape_pools…: what is scraped, how, and how it fared.
import type { ActiveTarget, DroppedTarget, TargetMetadata } from '../../../ingest/scrape/target-view.ts';
import { Labels } from '../../../model/labels.ts';
import { LabelBuilder } from '../../../model/relabel/label-builder.ts';
import type { RelabelRule } from '../../../model/relabel/relabel-rule.ts';
import { compileRelabel } from '../../../model/relabel/relabel.ts';
import { matchesAll } from '../../../query/promql/matcher.ts';
import type { LanguageOptions } from '../../../query/promql/options.ts';
import { parseSeriesSelector } from '../../../query/promql/parse.ts';
import { showSyntaxError } from '../../../query/promql/position.ts';
import { ApiError, failParameter } from '../api-error.ts';
import { JsonText, type ApiAnswer, type ApiCall, type Endpoint } from '../endpoint.ts';
import { readCount } from '../parameters.ts';
import { showLabelObject } from '../write-data.ts';

/** What the scraper knows. */
export interface TargetFacts {
  pools(): readonly string[];
  relabelRules(pool: string): readonly RelabelRule[] | undefined;
  /** The YAML of a job, secrets left out. */
  poolConfiguration(pool: string): string | undefined;
  activeTargets(pool?: string): readonly ActiveTarget[];
  droppedTargets(pool?: string): readonly DroppedTarget[];
  droppedCounts(): Readonly<Record<string, number>>;
  targetMetadata(): readonly TargetMetadata[];
}

const NEVER = '0001-01-01T00:00:00Z';

function listTargets({ form }: ApiCall, facts: TargetFacts): ApiAnswer {
  const state = (form.get('state') ?? '').toLowerCase();
  const pool = form.get('scrapePool') || undefined;
  const shows = (kind: string): boolean => ['', 'any', kind].includes(state);
  const activeTargets = shows('active')
    ? facts.activeTargets(pool).map((target) => ({
        ...target,
        lastScrape: target.lastScrape === undefined ? NEVER : new Date(target.lastScrape).toISOString(),
      }))
    : [];
  return {
    data: {
      activeTargets,
      droppedTargets: shows('dropped') ? facts.droppedTargets(pool) : [],
      droppedTargetCounts: shows('dropped') ? facts.droppedCounts() : null,
    },
  };
}

function listMetadata({ form }: ApiCall, facts: TargetFacts, language: LanguageOptions): ApiAnswer {
  const limit = readCount(form, 'limit') ?? -1;
  const selector = form.get('match_target') ?? '';
  const parsed = selector === '' ? undefined : parseSeriesSelector(selector, language);
  if (parsed?.ok === false) failParameter('match_target', showSyntaxError(selector, parsed.error));
  const matchers = parsed?.ok === true ? parsed.value : [];
  const wanted = form.get('metric') ?? '';
  const found = facts
    .targetMetadata()
    .filter(({ metric, target }) => (wanted === '' || metric === wanted) && matchesAll(matchers, Labels.from(target)))
    .map(({ target, metric, type, help, unit }) => ({
      target,
      ...(wanted === '' ? { metric } : {}),
      type,
      help,
      unit,
    }));
  return { data: limit >= 0 ? found.slice(0, limit) : found };
}

function readPool(form: URLSearchParams): string {
  const pool = form.get('scrapePool') ?? '';
  if (pool === '') throw new ApiError('bad_data', 'no scrapePool parameter provided');
  return pool;
}

function failPool(pool: string): never {
  throw new ApiError('bad_data', `error retrieving scrape config: scrape pool ${JSON.stringify(pool)} not found`);
}

function readLabels(form: URLSearchParams): Labels {
  const text = form.get('labels') ?? '';
  if (text === '') throw new ApiError('bad_data', 'no labels parameter provided');
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw new ApiError('bad_data', `error parsing labels: ${(error as Error).message}`);
  }
  const pairs =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(given) : undefined;
  if (pairs?.every((pair): pair is [string, string] => typeof pair[1] === 'string') !== true)
    throw new ApiError('bad_data', 'error parsing labels: expected an object of texts');
  return Labels.of(pairs);
}

const showRule = (rule: RelabelRule): unknown => ({
  ...(rule.sourceLabels.length === 0 ? {} : { source_labels: rule.sourceLabels }),
  separator: rule.separator,
  regex: rule.regex,
  ...(rule.modulus === 0 ? {} : { modulus: rule.modulus }),
  ...(rule.targetLabel === '' ? {} : { target_label: rule.targetLabel }),
  replacement: rule.replacement,
  action: rule.action,
});

/** What each rule of a job makes of the labels of a target; behind the one that drops it nothing is left. */
function listRelabelSteps({ form }: ApiCall, facts: TargetFacts): ApiAnswer {
  const pool = readPool(form);
  const builder = new LabelBuilder(readLabels(form));
  let keep = true;
  const steps = (facts.relabelRules(pool) ?? failPool(pool)).map((rule) => {
    keep &&= compileRelabel([rule])(builder);
    const output = showLabelObject(keep ? Labels.of(builder.entries()) : Labels.empty);
    return `{"rule":${JSON.stringify(showRule(rule))},"output":${output},"keep":${keep}}`;
  });
  return { data: new JsonText(`{"steps":[${steps.join(',')}]}`) };
}

function showPool({ form }: ApiCall, facts: TargetFacts): ApiAnswer {
  const pool = readPool(form);
  return { data: { yaml: facts.poolConfiguration(pool) ?? failPool(pool) } };
}

export function targetEndpoints(facts: TargetFacts, language: LanguageOptions): readonly Endpoint[] {
  return [
    { path: '/targets', answer: (call) => listTargets(call, facts) },
    { path: '/targets/metadata', answer: (call) => listMetadata(call, facts, language) },
    { path: '/targets/relabel_steps', answer: (call) => listRelabelSteps(call, facts) },
    { path: '/scrape_pools/config', answer: (call) => showPool(call, facts) },
    { path: '/scrape_pools', answer: () => ({ data: { scrapePools: facts.pools() } }) },
  ];
}
