import { expect, test } from 'vitest';
import type { Span } from '../../api/traces.ts';
import { foldRows, layOutSpans } from './span-tree.ts';

// "id parent start duration status"
function spansOf(drawing: string): Span[] {
  return drawing
    .trim()
    .split('\n')
    .map((line) => {
      const [spanId = '', parent = '-', start = '0', duration = '0', status = 'ok'] = line.trim().split(/\s+/);
      return {
        id: `${start}.1.1`,
        traceId: 'a'.repeat(32),
        spanId,
        ...(parent !== '-' && { parentId: parent }),
        service: 's',
        name: spanId,
        kind: 'internal',
        status: status as Span['status'],
        statusMessage: '',
        start,
        duration,
        traceState: '',
        scope: '',
        attributes: [],
        resource: {},
        events: [],
        links: [],
        weight: 1,
      };
    });
}

const draw = (drawing: string, folded: string[] = []): string[] =>
  foldRows(layOutSpans(spansOf(drawing)), new Set(folded)).map(
    (row) => `${'  '.repeat(row.depth)}${row.span.spanId} self ${row.self} below ${row.descendants}/${row.errorsBelow}`,
  );

const shop = `
  c b 130 40 error
  a - 100 200
  b a 110 100
  d a 200 50`;

test('parents come before children, with what lies below and what is their own', () => {
  expect(draw(shop)).toEqual([
    'a self 60 below 3/1',
    '  b self 60 below 1/1',
    '    c self 40 below 0/0',
    '  d self 50 below 0/0',
  ]);
});

test('folding hides what lies below', () => {
  expect(draw(shop, ['b'])).toEqual(['a self 60 below 3/1', '  b self 60 below 1/1', '  d self 50 below 0/0']);
});

test('missing parents, cycles and spans of themselves are all shown once', () => {
  expect(
    layOutSpans(spansOf('x gone 5 1\ny z 6 1\nz y 7 1\nw w 8 1'))
      .map((row) => row.span.spanId)
      .toSorted(),
  ).toEqual(['w', 'x', 'y', 'z']);
});
