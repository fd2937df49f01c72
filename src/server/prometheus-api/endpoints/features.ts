// /features: which parts of API and language there are, by the names of Prometheus 3.15 (util/features).
import { functions } from '../../../query/promql/functions/table.ts';
import { comparisonOperators, setOperators } from '../../../query/promql/ast.ts';
import type { LanguageOptions } from '../../../query/promql/options.ts';
import { prometheusFunctionNames } from '../../../alerting/template/prometheus-functions.ts';
import type { Endpoint } from '../endpoint.ts';

type Switches = Readonly<Record<string, boolean>>;

const EXPERIMENTAL_AGGREGATIONS = new Set(['limitk', 'limit_ratio']);
const AGGREGATIONS =
  'sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio'.split(' ');
const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2', '=~', '!~', '='];

const all = (names: Iterable<string>): Switches => Object.fromEntries([...names].map((name) => [name, true]));

function listFeatures(language: LanguageOptions): Readonly<Record<string, Switches>> {
  const experimental = language.experimentalFunctions;
  return {
    api: {
      ...all(['exclude_alerts', 'label_values_match', 'query_stats', 'query_warnings', 'remote_write_receiver']),
      ...all(['time_range_labels', 'time_range_series', 'otlp_write_receiver', 'lifecycle']),
      admin: false,
      search: false,
    },
    promql: {
      ...all(['at_modifier', 'negative_offset', 'per_query_lookback_delta', 'subqueries', 'bool', 'by', 'group_left']),
      ...all(['group_right', 'ignoring', 'offset', 'on', 'without']),
      anchored: language.extendedRangeSelectors,
      smoothed: language.extendedRangeSelectors,
      fill: language.fillModifiers,
      fill_left: language.fillModifiers,
      fill_right: language.fillModifiers,
      duration_expr: language.durationExpressions,
      delayed_name_removal: false,
      per_step_stats: false,
      type_and_unit_labels: false,
    },
    promql_functions: Object.fromEntries(
      functions.map(({ name, isExperimental }) => [name, isExperimental !== true || experimental]),
    ),
    promql_operators: Object.fromEntries([
      ...[...ARITHMETIC, ...comparisonOperators, ...setOperators].map((name) => [name, true]),
      ...AGGREGATIONS.map((name) => [name, !EXPERIMENTAL_AGGREGATIONS.has(name) || experimental]),
    ]),
    rules: { concurrent_rule_eval: false, keep_firing_for: true, query_offset: true },
    templating_functions: all(prometheusFunctionNames),
  };
}

export function featureEndpoints(language: LanguageOptions): readonly Endpoint[] {
  return [{ path: '/features', answer: () => ({ data: listFeatures(language) }) }];
}
