import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Dashboard, Panel } from './dashboard.ts';
import { findJsonFault } from './json-fault.ts';
import { parseDashboard } from './parse-dashboard.ts';
import { styleOf } from './style-of.ts';

function sample(name: string): Dashboard {
  const read = parseDashboard(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8'));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

function panel(dashboard: Dashboard, title: string): Panel {
  const found = dashboard.sections.flatMap(({ panels }) => panels).find((entry) => entry.title === title);
  if (found === undefined) throw new Error(`no panel ${title}`);
  return found;
}

test('rows and spans of 2015: sections, sizes, singlestat, its mappings and colours', () => {
  const dashboard = sample('2015-rows');
  expect(dashboard).toMatchObject({ title: '网关 gateway', refreshSeconds: 30, tags: ['python', '网关'] });
  expect(dashboard.sections.map(({ title, isCollapsed }) => [title, isCollapsed])).toEqual([
    ['概览', false],
    ['细节', true],
  ]);
  const qps = panel(dashboard, 'QPS');
  expect(qps.place).toEqual({ x: 0, y: 0, w: 16, h: 7 });
  expect(qps.field).toMatchObject({ fillOpacity: 10, lineWidth: 2, stacking: 'none', nulls: 'zero', unit: 'short' });
  expect(qps.targets[0]).toMatchObject({ interval: '30s', intervalFactor: 2, isRange: true });
  const online = panel(dashboard, '在线');
  expect(online).toMatchObject({ kind: 'stat', place: { x: 16, y: 0, w: 8 }, options: { reducer: 'lastNotNull' } });
  expect(online.field.thresholds?.steps.map(({ from }) => from)).toEqual([Number.NEGATIVE_INFINITY, 1, 2]);
  expect(online.field.mappings?.[1]).toMatchObject({ value: '0', result: { text: '无' } });
  // The id 1 came twice.
  expect(dashboard.sections.flatMap(({ panels }) => panels.map(({ id }) => id))).toEqual(['1', '2', '1-2', '4']);
  expect(panel(dashboard, '份额').problem).toEqual({ kind: 'notDrawn', type: 'grafana-piechart-panel' });
});

test('graph of 2019: axes, overrides, gauge of a singlestat, collapsed rows', () => {
  const dashboard = sample('2019-graph');
  expect(dashboard.sections.map(({ title, isCollapsed, panels }) => [title, isCollapsed, panels.length])).toEqual([
    ['Requests', false, 3],
    ['Errors', true, 1],
  ]);
  const latency = panel(dashboard, 'Latency');
  expect(latency.field).toMatchObject({ unit: 's', min: 0, decimals: 2, stacking: 'percent', nulls: 'connected' });
  expect(latency.options).toMatchObject({ legend: 'table', legendCalculations: ['lastNotNull', 'mean'] });
  expect(styleOf(latency, { name: 'error rate', refId: 'B' })).toMatchObject({
    unit: 'reqps',
    axis: 'right',
    draw: 'bars',
  });
  expect(styleOf(latency, { name: 'errors', refId: 'A' })).toMatchObject({
    color: '#bf1b00',
    fillOpacity: 0,
    lineWidth: 3,
  });
  expect(latency.targets.map(({ isHidden }) => isHidden)).toEqual([false, true]);
  expect(panel(dashboard, 'CPU')).toMatchObject({ kind: 'gauge', field: { min: 0, max: 1, unit: 'percentunit' } });
  const table = panel(dashboard, 'By path');
  expect(styleOf(table, { name: 'Value', refId: 'A' })).toMatchObject({ unit: 'reqps', displayName: 'req/s' });
  expect(styleOf(table, { name: 'Time', refId: '' })).toMatchObject({ isHidden: true });
  const [source, job, step, quantile] = dashboard.variables;
  expect(source).toMatchObject({ kind: 'datasource', hide: 'all' });
  expect(job).toMatchObject({ kind: 'query', query: 'label_values(up, job)', sort: 1, current: ['api'] });
  expect(step?.options.map(({ value }) => value)).toEqual(['$__auto_interval', '1m', '10m', '1h']);
  expect(step?.current).toEqual(['$__auto_interval']);
  expect(quantile?.options).toContainEqual({ text: 'p99', value: '0.99' });
});

test('timeseries of 2022: field style, overrides, variables, and why a panel is not drawn', () => {
  const dashboard = sample('2022-timeseries');
  const orders = panel(dashboard, 'Orders');
  expect(orders).toMatchObject({ kind: 'timeseries', interval: '30s', timeFrom: '2h', timeShift: '1d' });
  expect(orders.field).toMatchObject({
    unit: 'ops',
    fillOpacity: 25,
    stacking: 'normal',
    nulls: 'null',
    isStepped: true,
  });
  expect(styleOf(orders, { name: 'failed', refId: 'A' })).toMatchObject({
    displayName: '失败',
    color: 'semi-dark-red',
    lineWidth: 3,
  });
  expect(styleOf(orders, { name: 'p95', refId: 'A' }).unit).toBe('s');
  expect(orders.targets[0]).toMatchObject({ wantsExemplars: true, legend: '__auto' });
  expect(panel(dashboard, 'By $service')).toMatchObject({
    repeat: 'service',
    maxPerRow: 3,
    options: { colorMode: 'background' },
  });
  expect(panel(dashboard, 'Log').kind).toBe('logs');
  expect(panel(dashboard, 'Both')).toMatchObject({
    notes: [{ kind: 'transformations', names: 'calculateField' }],
    options: { columns: { hidden: ['Time'], renamed: { 'Value #A': 'now' }, order: ['Value #B'] } },
  });
  const problems = ['Heat', 'SQL', 'Clock', 'Shared', 'Empty'].map((title) => panel(dashboard, title).problem);
  expect(problems).toEqual([
    { kind: 'notDrawn', type: 'heatmap' },
    { kind: 'otherSource', source: 'mysql' },
    { kind: 'unknownType', type: 'acme-clock-panel' },
    { kind: 'libraryPanel', name: 'Shared CPU' },
    { kind: 'noQuery' },
  ]);
  expect(dashboard.variables.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
    'DS_PROMETHEUS: datasource',
    'VAR_PREFIX: constant',
    'prefix: constant',
    'service: query',
    'path: query',
    'filter: textbox',
    'Filters: unsupported',
  ]);
});

test('a resource of 2025: percentages of a gauge, a mixed panel with what it leaves out', () => {
  const dashboard = sample('2025-resource');
  expect(dashboard).toMatchObject({ uid: 'workers-2025', title: 'Workers', schemaVersion: 41 });
  expect(panel(dashboard, 'Busy')).toMatchObject({
    kind: 'gauge',
    options: { reducer: 'max' },
    field: { thresholds: { mode: 'percentage' } },
  });
  expect(panel(dashboard, 'Busy').targets[0]).toMatchObject({ isInstant: true, isRange: false });
  expect(panel(dashboard, 'Both').notes).toEqual([{ kind: 'target', refId: 'B', source: '__expr__' }]);
});

test('panels without places, ids and data source lie two beside each other', () => {
  const panels = ['请求速率', '响应时间分布', '错误率'].map((title) => ({
    title,
    type: 'graph',
    targets: [{ expr: 'up' }],
  }));
  const read = parseDashboard(JSON.stringify({ dashboard: { title: 'Python应用监控', panels } }));
  const places = read.ok ? read.value.sections[0]?.panels.map(({ place }) => place) : [];
  expect(places).toEqual([
    { x: 0, y: 0, w: 12, h: 8 },
    { x: 12, y: 0, w: 12, h: 8 },
    { x: 0, y: 8, w: 12, h: 8 },
  ]);
});

test('says what was expected and where', () => {
  const f = (text: string, expected: RegExp): void => {
    const read = parseDashboard(text);
    expect(read.ok ? '' : read.error).toMatch(expected);
  };
  f('{"panels": [,]}', /^not JSON: line 1, column 13: expected a value or \], got ",\]\}"$/);
  f('{\n"panels": [\n', /^not JSON: line 3, column 1: expected a value or \], got the end$/);
  f('{"panels": [] "x": 1}', /column 15: expected , or \}, got/);
  f("{'panels': []}", /column 2: expected a name in quotes or \}/);
  f('{"panels": []} tail', /column 16: expected nothing more/);
  f('', /column 1: expected a value, got the end/);
  f('[]', /got a list/);
  f('null', /got null/);
  f('{"groups": []}', /expected "panels".*found only groups/);
  f('{"elements": {}, "layout": {}}', /schema v2/);
  expect(parseDashboard('\uFEFF{"panels": []}').ok).toBe(true);
});

test('whatever stands inside a dashboard, reading it does not fail, ids are unique and no panel covers another', () => {
  const words =
    'id type title gridPos x y w h panels rows targets expr fieldConfig defaults overrides templating list ' +
    'options span height thresholds steps mappings datasource collapsed legend yaxes';
  const key = fc.constantFrom(...words.split(' '));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.constantFrom<unknown>('row', 'graph', 'timeseries', 'text', '', null, true),
      fc.integer({ min: -5, max: 40 }),
      fc.double(),
      fc.string(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(fc.dictionary(key, value), { maxLength: 8 }), value, value, (panels, templating, rows) => {
      const read = parseDashboard(JSON.stringify({ panels, templating, rows }));
      if (!read.ok) throw new Error(read.error);
      const ids = read.value.sections.flatMap((section) => section.panels.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
      for (const section of read.value.sections) {
        const taken = new Set<string>();
        for (const { place } of section.panels) {
          expect(place.x + place.w).toBeLessThanOrEqual(24);
          for (let x = place.x; x < place.x + place.w; x++) {
            for (let y = place.y; y < place.y + place.h; y++) {
              expect(taken.has(`${x},${y}`)).toBe(false);
              taken.add(`${x},${y}`);
            }
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a text that JSON.parse refuses is refused at the first place where it can be none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', 'x', ':'), (value, at, sign) => {
      const whole = JSON.stringify(value, undefined, 1);
      const cut = at % (whole.length + 1);
      const text = whole.slice(0, cut) + sign + whole.slice(cut + 1);
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      if (!isJson) expect(findJsonFault(text)).toMatch(/^not JSON: line \d+, column \d+: expected /);
      else expect(findJsonFault(text)).toMatch(/got the end$/);
    }),
  );
});
