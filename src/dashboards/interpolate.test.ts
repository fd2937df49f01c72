import { RE2JS } from 're2js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALL_VALUE } from './dashboard.ts';
import { interpolate, variablesIn, type Scope, type VariableState } from './interpolate.ts';
import { chosenValues, optionsFrom, readCustomOptions } from './variable-options.ts';
import { readVariableQuery, variableQueryText, writeQueryResult } from './variable-query.ts';

const options = ['web-1.a', 'web-2', '支付'].map((value) => ({ text: value, value }));
const state = (values: string[], more: Partial<VariableState['variable']> = {}): VariableState => ({
  variable: { isMulti: false, includesAll: false, allValue: '', ...more },
  values,
  options,
});
const scope: Scope = {
  builtIn: { __interval: '1m', __rate_interval: '4m', __from: '1700000000000' },
  variables: new Map([
    ['one', state(['a"b\\c'])],
    ['multi', state(['web-1.a', '支付'], { isMulti: true })],
    ['single', state(['web-1.a'], { isMulti: true })],
    ['all', state([ALL_VALUE], { isMulti: true, includesAll: true })],
    ['any', state([ALL_VALUE], { includesAll: true, allValue: '.+' })],
  ]),
};

test('every way to write a variable, and every format', () => {
  const f = (text: string, expected: string): void => expect(interpolate(text, scope), text).toBe(expected);
  f('rate(x[$__rate_interval])', 'rate(x[4m])');
  f('rate(x[${__interval}])', 'rate(x[1m])');
  f('{a="$one"}', String.raw`{a="a\"b\\c"}`);
  f('{a=~"$multi"}', String.raw`{a=~"(web-1\\.a|支付)"}`);
  f('{a=~"[[single]]"}', String.raw`{a=~"web-1\\.a"}`);
  f('{a=~"$all"}', String.raw`{a=~"(web-1\\.a|web-2|支付)"}`);
  f('{a=~"$any"}', '{a=~".+"}');
  f('${multi:csv} ${multi:pipe} ${multi:raw} ${multi:glob}', 'web-1.a,支付 web-1.a|支付 web-1.a,支付 {web-1.a,支付}');
  f('${multi:regex} [[multi:regex]]', String.raw`(web-1\.a|支付) (web-1\.a|支付)`);
  f('${multi:json} ${single:json}', '["web-1.a","支付"] "web-1.a"');
  f(
    '${multi:singlequote} ${multi:doublequote} ${multi:sqlstring}',
    `'web-1.a','支付' "web-1.a","支付" 'web-1.a','支付'`,
  );
  f('${multi:queryparam}', 'var-multi=web-1.a&var-multi=%E6%94%AF%E4%BB%98');
  f('${multi:percentencode}', '%7Bweb-1.a%2C%E6%94%AF%E4%BB%98%7D');
  f('${multi:text} ${all:text} ${multi:distributed}', 'web-1.a + 支付 All web-1.a,multi=支付');
  f('${multi:lucene}', String.raw`("web\-1.a" OR "支付")`);
  f('${__from:date} ${__from:date:seconds} $__from', '2023-11-14T22:13:20.000Z 1700000000 1700000000000');
  f('$unknown ${unknown:csv} {{label}} $', '$unknown ${unknown:csv} {{label}} $');
  expect(interpolate('$multi / $one', scope, 'plain')).toBe('web-1.a + 支付 / a"b\\c');
  expect(variablesIn('a $b [[c]] ${d:csv}')).toEqual(['b', 'c', 'd']);
});

test('the alternation of any values matches these values and no other', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
      fc.string(),
      (values, other) => {
        const variables = new Map([['v', { ...state(values, { isMulti: true }), options: [] }]]);
        const text = interpolate('"$v"', { builtIn: {}, variables });
        // Between the quotes of PromQL only these escapes can come out.
        const pattern = text.slice(1, -1).replaceAll(/\\([\\"])/g, '$1');
        const regex = RE2JS.compile(pattern, RE2JS.DOTALL);
        for (const value of values) expect(regex.matches(value), `${pattern} ${value}`).toBe(true);
        expect(regex.matches(other)).toBe(values.includes(other));
      },
    ),
  );
});

test('what query variables ask for', () => {
  const f = (text: string, expected: unknown): void => expect(readVariableQuery(text), text).toEqual(expected);
  f('label_names()', { kind: 'labelNames', match: '' });
  f('label_values(job)', { kind: 'labelValues', label: 'job', match: '' });
  f('label_values(up{a="x, y"}, 实例)', { kind: 'labelValues', label: '实例', match: 'up{a="x, y"}' });
  f('metrics(http_.*)', { kind: 'metrics', pattern: 'http_.*' });
  f('query_result(topk(5, sum by (a) (x)))', { kind: 'queryResult', expression: 'topk(5, sum by (a) (x))' });
  f('up{job="a"}', { kind: 'series', match: 'up{job="a"}' });
  f('  ', undefined);
  expect(
    variableQueryText({ qryType: 1, label: 'job', metric: 'up', labelFilters: [{ label: 'a', op: '=', value: 'b' }] }),
  ).toBe('label_values(up{a="b"}, job)');
  expect(writeQueryResult({ __name__: 'up', job: 'a' }, '1', 1.5)).toBe('up{job="a"} 1 1500');
});

test('regex and order make the choices; what was chosen and is gone falls back', () => {
  expect(optionsFrom(['b:1', 'a:2', 'b:3'], '/(.*):/', 1)).toEqual([
    { text: 'a', value: 'a' },
    { text: 'b', value: 'b' },
  ]);
  expect(optionsFrom(['id=1 name=x'], '/id=(?<value>\\d+) name=(?<text>\\w+)/', 0)).toEqual([
    { text: 'x', value: '1' },
  ]);
  expect(optionsFrom(['w10', 'w9'], '', 3).map(({ value }) => value)).toEqual(['w9', 'w10']);
  expect(optionsFrom(['a', 'b'], '/(/', 2).map(({ value }) => value)).toEqual(['b', 'a']);
  expect(readCustomOptions(String.raw`a, b\,c, 上海 : sh`)).toEqual([
    { text: 'a', value: 'a' },
    { text: 'b,c', value: 'b,c' },
    { text: '上海', value: 'sh' },
  ]);
  const variable = { kind: 'query', isMulti: true, includesAll: true, options: [] } as const;
  expect(chosenValues(variable, options, ['web-2', 'gone'])).toEqual(['web-2']);
  expect(chosenValues(variable, options, ['gone'])).toEqual([ALL_VALUE]);
  expect(chosenValues({ ...variable, includesAll: false }, options, [])).toEqual(['web-1.a']);
});
