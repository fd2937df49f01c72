import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Panel } from '../../dashboards/dashboard.ts';
import { parseDashboard } from '../../dashboards/parse-dashboard.ts';
import { planPanel } from './panel-plan.ts';
import { panelFigures, panelLines, writeStyled } from './panel-series.ts';
import type { PanelAnswer } from './use-panel-answers.ts';

const HOUR = 3_600_000;
const read = parseDashboard(
  readFileSync(new URL('../../dashboards/samples/2022-timeseries.json', import.meta.url), 'utf8'),
);
const panels = read.ok ? read.value.sections.flatMap((section) => section.panels) : [];
const panelOf = (title: string): Panel => panels.find((panel) => panel.title === title)!;
const state = (values: string[]) => ({
  variable: { isMulti: true, includesAll: true, allValue: '.*' },
  options: [],
  values,
});
const dashboard = {
  title: 'Orders',
  range: { fromMillis: 100 * HOUR, toMillis: 101 * HOUR },
  variables: new Map([
    ['prefix', { ...state(['shop_']), variable: { isMulti: false, includesAll: false, allValue: '' } }],
    ['service', state(['$__all'])],
  ]),
};

test('a panel has its own range and step, and its queries with the variables replaced', () => {
  const { range, targets } = planPanel(panelOf('Orders'), dashboard, 800);
  // Two hours, a day earlier.
  expect(range).toEqual({ fromMillis: 75 * HOUR, toMillis: 77 * HOUR });
  expect(targets[0]?.plan.step).toBe(30_000);
  expect(targets[0]?.expression).toBe('sum by (status) (rate(shop_orders_total{service=~".*"}[2m]))');
  expect(targets[0]?.explored).toBe('sum by (status) (rate(shop_orders_total{service=~".*"}[$__rate_interval]))');
  const copy = { ...panelOf('By $service'), scoped: { service: '支付' } };
  expect(planPanel(copy, dashboard, 800).targets[0]?.expression).toBe('sum(up{service="支付"})');
});

const answer = (panel: Panel, series: readonly { labels: Record<string, string>; values: number[] }[]): PanelAnswer => {
  const planned = planPanel(panel, dashboard, 800).targets[0]!;
  const times = series[0]?.values.map((_, place) => planned.plan.start + place * planned.plan.step) ?? [];
  const range = { series: series.map((entry) => ({ ...entry, times })), warnings: [], infos: [], cost: undefined };
  return { planned, range, instant: undefined };
};

test('lines have their names, units, colours and overrides; two of one name are told apart', () => {
  const panel = panelOf('Orders');
  const { lines } = panelLines(panel, [
    answer(panel, [
      { labels: { status: 'failed' }, values: [1, 2] },
      { labels: { status: 'p95' }, values: [0.25, 0.5] },
    ]),
  ]);
  expect(lines.map(({ name }) => name)).toEqual(['失败', 'p95']);
  expect(lines[0]?.color).toContain('#f2495c');
  expect(lines[1]?.formatValue?.(0.25)).toBe('250.0 ms');
  const plain = { ...panel, overrides: [] };
  const twice = panelLines(plain, [
    answer(plain, [
      { labels: {}, values: [1] },
      { labels: {}, values: [2] },
    ]),
  ]);
  expect(new Set(twice.lines.map(({ name }) => name)).size).toBe(2);
});

test('a figure is reduced, mapped and judged', () => {
  const panel = panelOf('By $service');
  const figures = panelFigures(panel, [
    answer(panel, [
      { labels: { a: '1' }, values: [5, 0] },
      { labels: { a: '2' }, values: [1, 3] },
      { labels: { a: '3' }, values: [1, 2048] },
    ]),
  ]);
  expect(figures.map(({ text, tone }) => [text, tone])).toEqual([
    ['down', 'error'],
    ['few', 'other'],
    ['2 KiB', 'other'],
  ]);
  expect(writeStyled(panel.field, null)).toBe('–');
});
