import { expect, test } from 'vitest';
import { Labels } from '../../model/labels.ts';
import { allOptions, stockOptions } from './options.ts';
import { matchesAll } from './matcher.ts';
import { parseQuery, parseSeriesSelector } from './parse.ts';
import { formatQuery, printQuery } from './print.ts';
import { readQuery } from './query.ts';

/** What Prometheus 3.15 answers to format_query, all features on. */
const accepted: readonly (readonly [string, string])[] = [
  ['foo[5]', 'foo[5s]'],
  ['foo[5m:]', 'foo[5m:]'],
  ['sum', 'sum'],
  ['sum by (a,) (foo)', 'sum by (a) (foo)'],
  ['1 == bool 2', '1 == bool 2'],
  ['foo @ start()', 'foo @ start()'],
  ['info(foo, {a="b"})', 'info(foo, {a="b"})'],
  ['histogram_quantiles(foo, "a", 0.1)', 'histogram_quantiles(foo, "a", 0.1)'],
  ['foo + fill(1) bar', 'foo + fill (1) bar'],
  ['foo + fill_left(1) fill_right(2) bar', 'foo + fill_left (1) fill_right (2) bar'],
  ['start()', 'start()'],
  ['step() + range()', 'step() + range()'],
  ['min_of(1, 2)', 'min_of(1, 2)'],
  ['foo[step()]', 'foo[step()]'],
  ['foo[5m+1m:]', 'foo[5m + 1m:]'],
  ['foo[(5m+1m)*2]', 'foo[(5m + 1m) * 2]'],
  ['foo[max_of(1m, 2m)]', 'foo[max_of(1m, 2m)]'],
  ['foo offset -(5m)', 'foo offset -(5m)'],
  ['foo offset 5m + bar', 'foo offset 5m + bar'],
  ['foo offset -2^2', 'foo offset -2s ^ 2'],
  ['a:b:c', 'a:b:c'],
  ['sum without () (foo)', 'sum without () (foo)'],
  ['by', 'by'],
  ['offset offset 5m', 'offset offset 5m'],
  ['fill + fill', 'fill + fill'],
  ['NaN', 'NaN'],
  ['inf', '+Inf'],
  ['0x1F', '31'],
  ['010', '8'],
  ['1_000', '1000'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['-5^2', '-5 ^ 2'],
  ['2^-3^2', '2 ^ -3 ^ 2'],
  ['1 - -1', '1 - -1'],
  ['--1', '1'],
  ['+foo', '+foo'],
  ['foo % bar atan2 baz', 'foo % bar atan2 baz'],
  ['foo * on (a) bar', 'foo * on (a) bar'],
  ['foo{"a"="b"}', 'foo{a="b"}'],
  ['{"foo"}', '{__name__="foo"}'],
  ['{"foo", a="b"}', '{__name__="foo",a="b"}'],
  ['{"a.b", "c"="d"}', '{__name__="a.b",c="d"}'],
  ["foo{a='x', b=`y`}", 'foo{a="x",b="y"}'],
  ['foo # comment', 'foo'],
  ['sum(foo) # c', 'sum(foo)'],
  ['topk by (a) (1, foo)', 'topk by (a) (1, foo)'],
  ['quantile without (a) (0.5, foo)', 'quantile without (a) (0.5, foo)'],
  ['foo unless on () bar', 'foo unless on () bar'],
  ['1 > bool 2 > bool 3', '1 > bool 2 > bool 3'],
  ['foo[1y2w3d4h5m6s7ms]', 'foo[382d4h5m6s7ms]'],
  ['foo[90]', 'foo[1m30s]'],
  ['foo[1.5]', 'foo[1s500ms]'],
  ['foo offset 1.5', 'foo offset 1s500ms'],
  ['foo offset -5m @ 10', 'foo @ 10.000 offset -5m'],
  ['foo[5m] @ end() offset 1h', 'foo[5m] @ end() offset 1h'],
  ['sum_over_time(foo[5m:1m] offset 1m)', 'sum_over_time(foo[5m:1m] offset 1m)'],
  ['"a\\nb\\u4e2d"', '"a\\nb中"'],
  ['sum by ("a.b", c) (foo)', 'sum by ("a.b", c) (foo)'],
  [
    'avg(sum by (job, instance, zone, region, datacenter, rack) (rate(http_requests_total{job="api", method="GET"}[5m]))) / 2',
    '  avg(\n    sum by (job, instance, zone, region, datacenter, rack) (\n      rate(http_requests_total{job="api",method="GET"}[5m])\n    )\n  )\n/\n  2',
  ],
];

const refused: readonly (readonly [string, string])[] = [
  ['foo{', '1:5: parse error: unexpected end of input inside braces'],
  ['foo{a}', '1:6: parse error: unexpected "}" in label matching, expected label matching operator'],
  ['foo{a=}', '1:7: parse error: unexpected "}" in label matching, expected string'],
  ['foo{a="b"', '1:10: parse error: unexpected end of input inside braces'],
  ['foo{a="b" c="d"}', '1:11: parse error: unexpected identifier "c" in label matching, expected "," or "}"'],
  ['foo{a="b",,}', '1:11: parse error: unexpected "," in label matching, expected identifier or "}"'],
  ['foo{a=~"("}', '1:5: parse error: error parsing regexp: missing closing ): `(`'],
  ['{a=""}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
  ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
  ['foo{__name__="bar"}', '1:1: parse error: metric name must not be set twice: "foo" or "bar"'],
  ['foo[', '1:5: parse error: unexpected end of input in duration expression'],
  [
    'foo[]',
    '1:5: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  ],
  ['foo[5m', '1:7: parse error: unclosed left bracket'],
  ['foo[5m:', '1:8: parse error: unclosed left bracket'],
  ['foo[0m]', '1:5: parse error: duration must be greater than 0'],
  ['foo[-1m]', '1:5: parse error: duration must be greater than 0'],
  ['foo[a]', "1:5: parse error: unexpected character in duration expression: 'a'"],
  ['foo[5m] + 1', '1:1: parse error: binary expression must contain only scalar and instant vector types'],
  ['sum(foo[5m])', '1:5: parse error: expected type instant vector in aggregation expression, got range vector'],
  ['rate(foo)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
  ['rate()', '1:1: parse error: expected 1 argument(s) in call to "rate", got 0'],
  ['rate(foo[5m], 1)', '1:1: parse error: expected 1 argument(s) in call to "rate", got 2'],
  ['nope(foo)', '1:1: parse error: unknown function with name "nope"'],
  ['sum by', '1:7: parse error: unexpected end of input in grouping opts, expected "("'],
  ['sum by (a', '1:10: parse error: unclosed left parenthesis'],
  ['sum by (1) (foo)', '1:9: parse error: unexpected number "1" in grouping opts, expected label'],
  ['sum (foo) by (a) by (b)', '1:18: parse error: unexpected <by>'],
  ['topk(foo)', '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1'],
  [
    'topk(1, 2, foo)',
    '1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 3',
  ],
  ['count_values(1, foo)', '1:14: parse error: expected type string in aggregation parameter, got scalar'],
  ['topk("a", foo)', '1:6: parse error: expected type scalar in aggregation parameter, got string'],
  ['1 ==', '1:5: parse error: unexpected end of input'],
  ['1 == 2', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
  ['foo + bool bar', '1:5: parse error: bool modifier can only be used on comparison operators'],
  ['foo and 1', '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
  ['1 or 2', '1:1: parse error: set operator "or" not allowed in binary scalar expression'],
  ['foo and on(a) group_left bar', '1:1: parse error: no grouping allowed for "and" operation'],
  ['foo + on(a) group_left(a) bar', '1:5: parse error: label "a" must not occur in ON and GROUP clause at once'],
  ['foo + group_left bar', '1:7: parse error: unexpected <group_left>'],
  ['"abc" + 1', '1:1: parse error: binary expression must contain only scalar and instant vector types'],
  [
    '-"abc"',
    '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
  ],
  [
    '-foo[5m]',
    '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
  ],
  ['foo offset', '1:11: parse error: unexpected end of input in offset, expected number, duration, step(), or range()'],
  [
    'foo offset a',
    '1:12: parse error: unexpected identifier "a" in offset, expected number, duration, step(), or range()',
  ],
  ['foo offset 5m offset 5m', '1:1: parse error: offset may not be set multiple times'],
  [
    '(foo) offset 5m',
    '1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
  ['foo @', '1:6: parse error: unexpected end of input in @, expected timestamp'],
  ['foo @ bar', '1:7: parse error: unexpected identifier "bar" in @, expected timestamp'],
  ['foo @ start', '1:12: parse error: unexpected end of input in @, expected timestamp'],
  ['foo @ 1 @ 2', '1:1: parse error: @ <timestamp> may not be set multiple times'],
  ['foo @ NaN', '1:1: parse error: timestamp out of bounds for @ modifier: NaN'],
  [
    '1 @ 5',
    '1:1: parse error: @ modifier must be preceded by an instant vector selector or range vector selector or a subquery',
  ],
  ['foo offset 5m [5m]', '1:15: parse error: no offset modifiers allowed before range'],
  ['foo @ 5 [5m]', '1:9: parse error: no @ modifiers allowed before range'],
  ['(foo)[5m]', '1:6: parse error: ranges only allowed for vector selectors'],
  ['abs(foo,)', '1:8: parse error: trailing commas not allowed in function call args'],
  ['abs(foo bar)', '1:9: parse error: unexpected identifier "bar"'],
  ['foo bar', '1:5: parse error: unexpected identifier "bar"'],
  ['foo)', "1:5: parse error: unexpected right parenthesis ')'"],
  ['(foo', '1:5: parse error: unclosed left parenthesis'],
  ['"unterminated', '1:1: parse error: unterminated quoted string'],
  ["'a\\q'", "1:1: parse error: unknown escape sequence U+0071 'q'"],
  ['foo{a="\\xZZ"}', "1:7: parse error: illegal character U+005A 'Z' in escape sequence"],
  ['1e', '1:1: parse error: bad number or duration syntax: "1e"'],
  ['1__0', '1:1: parse error: bad number or duration syntax: "1__"'],
  ['0xz', '1:1: parse error: bad number or duration syntax: "0x"'],
  ['1.2.3', '1:1: parse error: bad number or duration syntax: "1.2."'],
  ['5m5m', '1:1: parse error: not a valid duration string: "5m5m"'],
  ['5y5x', '1:1: parse error: bad number or duration syntax: "5y5"'],
  ['1h1d', '1:1: parse error: not a valid duration string: "1h1d"'],
  ['ａ', "1:1: parse error: unexpected character: 'ａ'"],
  ['foo{ａ="b"}', "1:5: parse error: unexpected character inside braces: 'ａ'"],
  ['!foo', "1:1: parse error: unexpected character after '!': 'f'"],
  ['foo != !bar', "1:8: parse error: unexpected character after '!': 'b'"],
  ['foo = 1', '1:5: parse error: unexpected "="'],
  ['foo =~ "a"', "1:5: parse error: unexpected character after '=': '~'"],
  ['foo <> bar', '1:6: parse error: unexpected <op:>>'],
  ['time() time()', '1:8: parse error: unexpected identifier "time"'],
  ['label_replace(foo, "a", "b", "c")', '1:1: parse error: expected 5 argument(s) in call to "label_replace", got 4'],
  [
    'label_replace(foo, "a", 1, "c", "d")',
    '1:25: parse error: expected type string in call to function "label_replace", got scalar',
  ],
  ['info(foo, bar)', '1:11: parse error: expected label selectors only, got vector selector instead'],
  ['info(foo, sum(bar))', '1:11: parse error: expected label selectors only'],
  ['foo[5m:1m][1m]', '1:11: parse error: ranges only allowed for vector selectors'],
  ['foo[5m][5m]', '1:8: parse error: ranges only allowed for vector selectors'],
  ['foo[5m:5m:5m]', "1:10: parse error: unexpected colon ':'"],
  ['rate(foo[5m]) anchored', '1:1: parse error: anchored modifier not implemented'],
  ['rate(foo[5m] anchored smoothed)', '1:6: parse error: anchored and smoothed modifiers cannot be used together'],
  ['foo[5m:1m] anchored', '1:1: parse error: anchored modifier is not supported for subqueries'],
  ['foo fill(1) bar', '1:5: parse error: unexpected <fill>'],
  ['foo and fill(1) bar', '1:1: parse error: filling in missing series not allowed for set operators'],
  ['1 + fill(1) 2', '1:1: parse error: filling in missing series only allowed between instant vectors'],
  [
    'foo[5m+]',
    '1:8: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
  ],
  ['foo[5m/0]', '1:7: parse error: division by zero'],
  ['foo offset (5m', '1:15: parse error: unclosed left parenthesis'],
  ['on', '1:1: parse error: unexpected <on>'],
  ['group_left', '1:1: parse error: unexpected <group_left>'],
  ['foo{"bar"}', '1:1: parse error: metric name must not be set twice: "foo" or "bar"'],
  ['# comment', '1:1: parse error: no expression found in input'],
];

test('accepts and prints what Prometheus accepts, as it prints it', () => {
  for (const [text, printed] of accepted) {
    const query = readQuery(text, allOptions);
    expect(query.ok ? formatQuery(query.value.expression) : query.error.message, text).toBe(printed);
  }
});

test('what is printed reads as the same query', () => {
  for (const [text] of accepted) {
    const query = readQuery(text, allOptions);
    if (!query.ok) throw query.error;
    const printed = printQuery(query.value.expression);
    const again = readQuery(printed, allOptions);
    expect(again.ok ? printQuery(again.value.expression) : again.error.message, text).toBe(printed);
  }
});

test('refuses what Prometheus refuses, at the same place and in the same words', () => {
  for (const [text, message] of refused) {
    const query = readQuery(text, allOptions);
    expect(query.ok ? 'accepted' : query.error.message, text).toBe(message);
  }
});

test('experimental parts need their switch', () => {
  const f = (text: string, message: string): void => {
    const query = readQuery(text, stockOptions);
    expect(query.ok ? 'accepted' : query.error.message).toBe(message);
  };
  f('mad_over_time(foo[5m])', '1:1: parse error: function "mad_over_time" is not enabled');
  f('rate(foo[5m] anchored)', '1:6: parse error: anchored modifier is experimental and not enabled');
  f('foo + fill(1) bar', '1:1: parse error: binop fill modifiers are experimental and not enabled');
  f(
    'limitk(1, foo)',
    '1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
  );
});

test('never throws, and says where, whatever the text', () => {
  const words = [
    'foo',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '5m',
    '1',
    '+',
    '-',
    '"a"',
    'by',
    'sum',
    'rate',
    'offset',
    '@',
    ',',
    '=',
    ':',
    'start',
    '\\',
    '\n',
    '商',
  ];
  let state = 1;
  for (let i = 0; i < 5000; i++) {
    let text = '';
    for (let k = 0; k < 8; k++) {
      state = (state * 48271) % 2147483647;
      text += `${words[state % words.length]}${state % 3 === 0 ? ' ' : ''}`;
    }
    const query = parseQuery(text, allOptions);
    if (!query.ok) expect(query.error.range.start).toBeLessThanOrEqual(text.length);
  }
});

test('a thousand and more brackets are refused, not overflown', () => {
  const query = readQuery(`${'('.repeat(20_000)}1${')'.repeat(20_000)}`, allOptions);
  expect(query.ok ? 'accepted' : query.error.message).toContain('nested');
});

test('columns count bytes, lines count', () => {
  const query = readQuery('foo{a="商品"}\n+ nope(1)', allOptions);
  expect(query.ok ? '' : query.error.message).toBe('2:3: parse error: unknown function with name "nope"');
  const wide = readQuery('foo{a="商品"} nope', allOptions);
  expect(wide.ok ? '' : wide.error.message).toBe('1:17: parse error: unexpected identifier "nope"');
});

test('reads a series selector alone', () => {
  const f = (text: string): boolean | string => {
    const selector = parseSeriesSelector(text, stockOptions);
    if (!selector.ok) return selector.error.message;
    return matchesAll(selector.value, Labels.from({ __name__: 'up', job: 'api-1' }));
  };
  expect(f('up{job=~"api-.+"}')).toBe(true);
  expect(f('up{job!~"api-(1|2)"}')).toBe(false);
  expect(f('{job="api-1",x=""}')).toBe(true);
  expect(f('up[5m]')).toContain('unexpected');
});
