// What a frame of a scrape carries beside the answer: everything that decoding needs to make the same samples again.
import type { RelabelRule } from '../../model/relabel/relabel-rule.ts';
import type { AnswerFormat } from './answer-reader.ts';
import type { SeriesRules } from './series-rules.ts';

export interface ScrapeMeta extends SeriesRules {
  /** Time of the scrape, ms, on the target's grid. */
  readonly time: number;
  readonly honorTimestamps: boolean;
  readonly format: AnswerFormat;
  /** The samples about the scrape itself: up and its companions. */
  readonly report: readonly (readonly [name: string, value: number])[];
  /** Whether HELP, TYPE and UNIT are stored again. */
  readonly metadata: boolean;
  /** Which of the answer's exemplars are new, counted from 0. */
  readonly exemplars: readonly number[];
  /** The target goes: up and its companions end as well. */
  readonly last: boolean;
}

function isPair<T>(value: unknown, type: 'string' | 'number'): value is readonly [string, T] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === type;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** Reads the meta of a frame; what is missing counts as 0, false or empty. */
export function readScrapeMeta(meta: Readonly<Record<string, unknown>>): ScrapeMeta {
  const { time } = meta;
  return {
    time: typeof time === 'number' && Number.isFinite(time) ? time : 0,
    labels: listOf(meta['labels']).filter((pair) => isPair<string>(pair, 'string')),
    honorLabels: meta['honorLabels'] === true,
    // Written by this program from rules that it had read.
    relabel: listOf(meta['relabel']) as RelabelRule[],
    honorTimestamps: meta['honorTimestamps'] === true,
    format: meta['format'] === 'openmetrics' ? 'openmetrics' : 'text',
    report: listOf(meta['report']).filter((pair) => isPair<number>(pair, 'number')),
    metadata: meta['metadata'] === true,
    exemplars: listOf(meta['exemplars']).filter((one) => typeof one === 'number'),
    last: meta['last'] === true,
  };
}
