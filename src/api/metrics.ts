import { z } from 'zod';
import { labels, statistics, timeRange } from './common.ts';

/** `re` and `nre` are RE2 and anchored at both ends; an absent label is ''. The metric's name is the label `__name__`. */
const labelMatcher = z
  .object({ name: z.string().min(1).max(500), op: z.enum(['eq', 'ne', 're', 'nre']), value: z.string().max(10_000) })
  .meta({ id: 'LabelMatcher' });

const matchers = z.array(labelMatcher).max(50);

export const metricNamesRequest = timeRange
  .extend({
    /** Names that contain this, whatever the case. */
    text: z.string().max(500).optional(),
    limit: z.number().int().min(1).max(50_000).default(5000),
  })
  .meta({ id: 'MetricNamesRequest' });
export type MetricNamesRequest = z.infer<typeof metricNamesRequest>;
export type MetricNamesInput = z.input<typeof metricNamesRequest>;
export const metricNamesResponse = z
  .object({
    metrics: z.array(
      z.object({ metric: z.string(), type: z.string(), unit: z.string(), help: z.string(), series: z.number() }),
    ),
    truncated: z.boolean(),
    statistics,
  })
  .meta({ id: 'MetricNamesResponse' });
export type MetricNamesResponse = z.infer<typeof metricNamesResponse>;

export const metricLabelsRequest = timeRange
  .extend({ matchers: matchers.default([]) })
  .meta({ id: 'MetricLabelsRequest' });
export type MetricLabelsRequest = z.infer<typeof metricLabelsRequest>;
export type MetricLabelsInput = z.input<typeof metricLabelsRequest>;

export const metricLabelValuesRequest = metricLabelsRequest
  .extend({ label: z.string().min(1).max(500) })
  .meta({ id: 'MetricLabelValuesRequest' });
export type MetricLabelValuesRequest = z.infer<typeof metricLabelValuesRequest>;
export type MetricLabelValuesInput = z.input<typeof metricLabelValuesRequest>;
/** Label names, or the values of one label, ascending. */
export const metricLabelsResponse = z
  .object({ values: z.array(z.string()), statistics })
  .meta({ id: 'MetricLabelsResponse' });
export type MetricLabelsResponse = z.infer<typeof metricLabelsResponse>;

export const metricRangeRequest = timeRange
  .extend({
    matchers: matchers.min(1),
    /** A series with more samples is thinned to its first, lowest, highest and last one of each stretch. */
    maxPoints: z.number().int().min(4).max(11_000).default(1000),
    maxSeries: z.number().int().min(1).max(1000).default(100),
  })
  .meta({ id: 'MetricRangeRequest' });
export type MetricRangeRequest = z.infer<typeof metricRangeRequest>;
export type MetricRangeInput = z.input<typeof metricRangeRequest>;

/** A sample: a number; NaN, +Inf and -Inf as strings; null where the series went stale. */
export const sampleValue = z.union([z.number(), z.enum(['NaN', '+Inf', '-Inf']), z.null()]).meta({ id: 'SampleValue' });
export type SampleValue = z.infer<typeof sampleValue>;
export const metricRangeResponse = z
  .object({
    series: z.array(
      z.object({
        /** Of the series: 16 hexadecimal digits. */
        id: z.string(),
        metric: z.string(),
        labels,
        /** Milliseconds since 1970, ascending. */
        times: z.array(z.number()),
        values: z.array(sampleValue),
        /** Samples in the range before thinning. */
        samples: z.number(),
      }),
    ),
    /** How many series match; more than `series` holds when it exceeds maxSeries. */
    matched: z.number(),
    statistics,
  })
  .meta({ id: 'MetricRangeResponse' });
export type MetricRangeResponse = z.infer<typeof metricRangeResponse>;
