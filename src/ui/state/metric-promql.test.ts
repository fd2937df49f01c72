import { expect, test } from 'vitest';
import { readQuery } from '../../query/promql/query.ts';
import { fillIntervals } from './explore-lines.ts';
import { metricAsPromql } from './metric-promql.ts';

test('a picked metric as PromQL that the engine reads', () => {
  const f = (expected: string, ...given: Parameters<typeof metricAsPromql>): void => {
    const text = metricAsPromql(...given);
    expect(text).toBe(expected);
    expect(readQuery(fillIntervals(text)).ok, text).toBe(true);
  };
  f('up', 'up', [], false, undefined);
  f(
    'sum by (path) (rate(http_requests_total{path=~"/api.*"}[$__rate_interval]))',
    'http_requests_total',
    [{ name: 'path', op: 're', value: '/api.*' }],
    true,
    'path',
  );
  f(
    'avg by ("服务.名") ({"队列.长度", "服务.名"!="a\\"b"})',
    '队列.长度',
    [{ name: '服务.名', op: 'ne', value: 'a"b' }],
    false,
    '服务.名',
  );
});
