import type { MetricRangeResponse } from '../../api/metrics.ts';
import { defaultLimits } from '../../storage/ports/query-result.ts';
import type { MetricStore } from '../../storage/ports/telemetry-store.ts';
import type { Handlers } from '../http/handler.ts';
import { millisRangeOf } from '../queries/conditions.ts';
import { labelsOf } from '../queries/attributes.ts';
import { bigintsOf, numbersOf, textsOf } from '../queries/result-columns.ts';
import { sampleValuesOf, thinSamples } from '../queries/thin-samples.ts';

const MAX_MATCHED = 10_000;
const MAX_SAMPLES = 5_000_000;
const ID_DIGITS = 16;

type MetricHandlers = Pick<Handlers, 'listMetrics' | 'listMetricLabels' | 'listMetricLabelValues' | 'readMetricRange'>;

export function metricHandlers(store: MetricStore): MetricHandlers {
  return {
    async listMetrics({ body, signal }) {
      const { from, to } = millisRangeOf(body);
      const result = await store.metrics(from, to, { signal });
      const wanted = body.text?.toLowerCase() ?? '';
      const columns = ['metric', 'type', 'unit', 'help'].map((name) => textsOf(result, name));
      const series = numbersOf(result, 'series');
      const metrics = Array.from({ length: result.rows }, (_, row) => {
        const [metric = '', type = '', unit = '', help = ''] = columns.map((column) => column(row));
        return { metric, type, unit, help, series: series(row) };
      }).filter(({ metric }) => metric.toLowerCase().includes(wanted));
      const sorted = metrics.toSorted((a, b) => (a.metric < b.metric ? -1 : 1));
      return {
        metrics: sorted.slice(0, body.limit),
        truncated: sorted.length > body.limit,
        statistics: result.statistics,
      };
    },

    async listMetricLabels({ body, signal }) {
      const { from, to } = millisRangeOf(body);
      const result = await store.labelValues(undefined, body.matchers, from, to, { signal });
      const value = textsOf(result, 'value');
      const values = Array.from({ length: result.rows }, (_, row) => value(row)).toSorted();
      return { values, statistics: result.statistics };
    },

    async listMetricLabelValues({ body, signal }) {
      const { from, to } = millisRangeOf(body);
      const result = await store.labelValues(body.label, body.matchers, from, to, { signal });
      const value = textsOf(result, 'value');
      const values = Array.from({ length: result.rows }, (_, row) => value(row)).toSorted();
      return { values, statistics: result.statistics };
    },

    async readMetricRange({ body, signal }) {
      const { from, to } = millisRangeOf(body);
      const known = await store.series(body.matchers, from, to, MAX_MATCHED, { signal });
      const limits = { ...defaultLimits, resultRows: MAX_SAMPLES };
      const samples = await store.samples(body.matchers, from, to, { signal, limits });
      const seriesId = bigintsOf(known, 'series');
      const metric = textsOf(known, 'metric');
      const labels = labelsOf(known, 'labels');
      const sampleSeries = bigintsOf(samples, 'series');
      const time = numbersOf(samples, 'time');
      const values = samples.columns['value'] as Float64Array;
      const valueOf = sampleValuesOf(values);

      // Samples come ordered by series: one walk finds where each begins and ends.
      const places = new Map<bigint, readonly [start: number, end: number]>();
      for (let row = 0, start = 0; row < samples.rows; row++) {
        if (row + 1 < samples.rows && sampleSeries(row + 1) === sampleSeries(row)) continue;
        places.set(BigInt.asUintN(64, sampleSeries(row)), [start, row + 1]);
        start = row + 1;
      }
      const series: MetricRangeResponse['series'] = [];
      for (let row = 0; row < known.rows && series.length < body.maxSeries; row++) {
        const id = BigInt.asUintN(64, seriesId(row));
        const [start, end] = places.get(id) ?? [0, 0];
        const kept = thinSamples(values, start, end, body.maxPoints);
        const { __name__: _, ...shown } = labels(row);
        series.push({
          id: id.toString(16).padStart(ID_DIGITS, '0'),
          metric: metric(row),
          labels: shown,
          times: kept.map(time),
          values: kept.map(valueOf),
          samples: end - start,
        });
      }
      return { series, matched: known.rows, statistics: samples.statistics };
    },
  };
}
