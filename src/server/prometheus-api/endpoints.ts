// The endpoints of the Prometheus HTTP API, by families. A new family is a file in endpoints/ and one line here.
import type { QueryParts } from './endpoints/query.ts';
import { exemplarEndpoints } from './endpoints/exemplars.ts';
import { languageEndpoints } from './endpoints/language.ts';
import { metadataEndpoints } from './endpoints/metadata.ts';
import { queryEndpoints } from './endpoints/query.ts';
import { rulesEndpoints, type RulesFacts } from './endpoints/rules.ts';
import { seriesEndpoints } from './endpoints/series.ts';
import { statusEndpoints, type StatusFacts } from './endpoints/status.ts';
import { targetEndpoints, type TargetFacts } from './endpoints/targets.ts';
import { featureEndpoints } from './endpoints/features.ts';
import type { Endpoint } from './endpoint.ts';
import type { SeriesCatalog } from './ports.ts';

export interface PrometheusApiParts extends QueryParts {
  readonly catalog: SeriesCatalog;
  readonly status: StatusFacts;
  readonly rules: RulesFacts;
  readonly targets: TargetFacts;
}

export function prometheusEndpoints(parts: PrometheusApiParts): readonly Endpoint[] {
  const { catalog, language, status, rules, targets } = parts;
  return [
    ...queryEndpoints(parts),
    ...languageEndpoints(language),
    ...seriesEndpoints(catalog, language),
    ...metadataEndpoints(catalog),
    ...exemplarEndpoints(catalog, language),
    ...rulesEndpoints(rules, language),
    ...targetEndpoints(targets, language),
    ...statusEndpoints(status),
    ...featureEndpoints(language),
  ];
}
