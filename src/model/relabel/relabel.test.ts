import { expect, test } from 'vitest';
import { LabelBuilder } from './label-builder.ts';
import { compileRelabel } from './relabel.ts';
import type { RelabelRule } from './relabel-rule.ts';

const defaults: RelabelRule = {
  action: 'replace',
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  modulus: 0,
  targetLabel: '',
  replacement: '$1',
  names: 'utf8',
};

/** The labels after the rules, or undefined when they were dropped. */
function relabel(
  labels: Readonly<Record<string, string>>,
  ...rules: readonly Partial<RelabelRule>[]
): Record<string, string> | undefined {
  const builder = new LabelBuilder(Object.entries(labels));
  const kept = compileRelabel(rules.map((rule) => ({ ...defaults, ...rule })))(builder);
  return kept ? Object.fromEntries(builder.entries()) : undefined;
}

const abc = { a: 'foo', b: 'bar', c: 'baz' };
type Case = readonly [
  name: string,
  rules: readonly Partial<RelabelRule>[],
  expected: Record<string, string> | undefined,
];

const cases: readonly Case[] = [
  [
    'replace with groups',
    [{ sourceLabels: ['a'], regex: 'f(.*)', targetLabel: 'd', replacement: 'ch${1}-ch${1}' }],
    { ...abc, d: 'choo-choo' },
  ],
  [
    'replace joins the source labels and goes on with the result',
    [
      { sourceLabels: ['a', 'b'], regex: 'f(.*);(.*)r', targetLabel: 'a', replacement: 'b${1}${2}m' },
      { sourceLabels: ['c', 'a'], regex: '(b).*b(.*)ba(.*)', targetLabel: 'd', replacement: '$1$2$2$3' },
    ],
    { a: 'boobam', b: 'bar', c: 'baz', d: 'boooom' },
  ],
  ['replace without a match changes nothing', [{ sourceLabels: ['a'], regex: 'f', targetLabel: 'b' }], abc],
  ['the expression has to match the whole text', [{ sourceLabels: ['a'], regex: 'o+', action: 'drop' }], abc],
  [
    '. matches a line break',
    [{ sourceLabels: ['n'], regex: '.*', targetLabel: 'd', replacement: 'x' }],
    { ...abc, d: 'x' },
  ],
  [
    'an empty result removes',
    [{ sourceLabels: ['a'], regex: '(f).*', targetLabel: 'a', replacement: '$2' }],
    { b: 'bar', c: 'baz' },
  ],
  ['nothing to replace sets the plain text', [{ targetLabel: 'd', replacement: 'x' }], { ...abc, d: 'x' }],
  [
    'a template names the target',
    [{ sourceLabels: ['a'], regex: '(f)(.*)', targetLabel: 'x_${1}_$2', replacement: '$2' }],
    { ...abc, x_f_oo: 'oo' },
  ],
  [
    'an empty name of a target changes nothing',
    [{ sourceLabels: ['a'], regex: '.*', targetLabel: '${3}', replacement: 'x' }],
    abc,
  ],
  [
    'named groups and dollars',
    [{ sourceLabels: ['a'], regex: '(?P<first>.)(.*)', targetLabel: 'd', replacement: '$first-$$-$1x-${2}' }],
    { ...abc, d: 'f-$--oo' },
  ],
  [
    'only classic names, where they are asked for',
    [{ sourceLabels: ['a'], targetLabel: '名$9', replacement: 'x', names: 'legacy' }],
    abc,
  ],
  ['drop', [{ sourceLabels: ['a'], regex: 'f|foo', action: 'drop' }], undefined],
  ['drop of what does not match', [{ sourceLabels: ['a'], regex: 'f', action: 'drop' }], abc],
  ['keep', [{ sourceLabels: ['a', 'b'], regex: 'foo;bar', action: 'keep' }], abc],
  ['keep of what does not match', [{ sourceLabels: ['a'], regex: 'no', action: 'keep' }], undefined],
  ['keepequal', [{ sourceLabels: ['a'], targetLabel: 'b', action: 'keepequal' }], undefined],
  ['dropequal', [{ sourceLabels: ['a'], targetLabel: 'a', action: 'dropequal' }], undefined],
  ['dropequal of what differs', [{ sourceLabels: ['a'], targetLabel: 'b', action: 'dropequal' }], abc],
  ['hashmod', [{ sourceLabels: ['c'], targetLabel: 'd', action: 'hashmod', modulus: 1000 }], { ...abc, d: '976' }],
  [
    'hashmod of two labels',
    [{ sourceLabels: ['a', 'b'], targetLabel: 'd', action: 'hashmod', modulus: 1000 }],
    { ...abc, d: '750' },
  ],
  ['labelmap', [{ regex: '(b.*|a)', action: 'labelmap', replacement: 'm_$1' }], { ...abc, m_a: 'foo', m_b: 'bar' }],
  [
    'labelmap onto one name keeps the last',
    [{ regex: '[ab]', action: 'labelmap', replacement: 'c' }],
    { a: 'foo', b: 'bar', c: 'bar' },
  ],
  ['labeldrop', [{ regex: '[ab]', action: 'labeldrop' }], { c: 'baz' }],
  ['labelkeep', [{ regex: '[ab]', action: 'labelkeep' }], { a: 'foo', b: 'bar' }],
  ['uppercase', [{ sourceLabels: ['a', 'b'], targetLabel: 'd', action: 'uppercase' }], { ...abc, d: 'FOO;BAR' }],
];

test.each(cases)('%s', (_name, rules, expected) => {
  expect(relabel(abc, ...rules)).toEqual(expected);
});

test('case changes letter by letter', () => {
  expect(relabel({ a: 'ΑΣ Straße İ 中' }, { sourceLabels: ['a'], targetLabel: 'b', action: 'lowercase' })?.['b']).toBe(
    'ασ straße i 中',
  );
  expect(relabel({ a: 'straße ǆ' }, { sourceLabels: ['a'], targetLabel: 'b', action: 'uppercase' })?.['b']).toBe(
    'STRAßE Ǆ',
  );
});
