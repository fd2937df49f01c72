// /targets, /targets/metadata and /scrape_pools: what is scraped, and how it fared.
import type { ActiveTarget, DroppedTarget, TargetMetadata } from '../../../ingest/scrape/target-view.ts';
import { Labels } from '../../../model/labels.ts';
import { matchesAll } from '../../../query/promql/matcher.ts';
import type { LanguageOptions } from '../../../query/promql/options.ts';
import { parseSeriesSelector } from '../../../query/promql/parse.ts';
import { showSyntaxError } from '../../../query/promql/position.ts';
import { failParameter } from '../api-error.ts';
import type { ApiAnswer, ApiCall, Endpoint } from '../endpoint.ts';
import { readCount } from '../parameters.ts';

/** What the scraper knows. */
export interface TargetFacts {
  pools(): readonly string[];
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

export function targetEndpoints(facts: TargetFacts, language: LanguageOptions): readonly Endpoint[] {
  return [
    { path: '/targets', answer: (call) => listTargets(call, facts) },
    { path: '/targets/metadata', answer: (call) => listMetadata(call, facts, language) },
    { path: '/scrape_pools', answer: () => ({ data: { scrapePools: facts.pools() } }) },
  ];
}
