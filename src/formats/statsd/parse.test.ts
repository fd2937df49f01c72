import { expect, test } from 'vitest';
import { metricNameOf } from './metric-name.ts';
import { parseStatsdLine } from './parse.ts';

const lines: readonly (readonly [line: string, read: unknown])[] = [
  ['a.b:1|c', { name: 'a.b', type: 'counter', values: ['1'], rate: 1, tags: [] }],
  ['a:3|c|@0.1', { name: 'a', type: 'counter', values: ['3'], rate: 0.1, tags: [] }],
  ['a:-4|g', { name: 'a', type: 'gauge', values: ['-4'], rate: 1, tags: [] }],
  ['a:12.5|ms', { name: 'a', type: 'timer', values: ['12.5'], rate: 1, tags: [] }],
  ['a:1:2:3|d', { name: 'a', type: 'histogram', values: ['1', '2', '3'], rate: 1, tags: [] }],
  ['a:user:7|s', { name: 'a', type: 'set', values: ['user:7'], rate: 1, tags: [] }],
  [
    'a:1|c|#env:生产,url:http://x,flag,|c:container|T1656581400',
    {
      name: 'a',
      type: 'counter',
      values: ['1'],
      rate: 1,
      tags: [
        ['env', '生产'],
        ['url', 'http://x'],
        ['flag', 'true'],
      ],
    },
  ],
  ['gunicorn.requests:1|c|@1.0', { name: 'gunicorn.requests', type: 'counter', values: ['1'], rate: 1, tags: [] }],
  ['_e{5,4}:title|text', 'event'],
  ['_sc|name|0', 'service check'],
  ['', { problem: 'expected NAME:VALUE|TYPE' }],
  [':1|c', { problem: 'expected NAME:VALUE|TYPE' }],
  ['a:1', { problem: 'unknown type ""; known are c, g, ms, h, d, s' }],
  ['a:x|c', { problem: 'expected a number, got "x"' }],
  ['a:1:|c', { problem: 'expected a number, got "1:"' }],
  ['a:1|c|@2', { problem: 'expected a sample rate between 0 and 1' }],
];

test.each(lines)('%s', (line, read) => {
  expect(parseStatsdLine(line)).toEqual(read);
});

test('names become those of Prometheus, and give up the labels that they hold', () => {
  expect(metricNameOf('9.shop-api.latency')).toEqual({ name: '_9_shop_api_latency', labels: [] });
  expect(metricNameOf('shop.gunicorn.request.status.200')).toEqual({
    name: 'shop_gunicorn_request_status',
    labels: [['code', '200']],
  });
  expect(metricNameOf('gunicorn.log.error')).toEqual({ name: 'gunicorn_log', labels: [['level', 'error']] });
});
