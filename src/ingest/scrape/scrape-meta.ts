// What a frame of a scrape carries beside the answer: everything that decoding needs to make the same samples again.

export interface ScrapeMeta {
  /** Time of the scrape, ms, on the target's grid. */
  readonly time: number;
  /** Labels of the target: job, instance, and those of its group. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  readonly format: 'text' | 'openmetrics';
  readonly up: 0 | 1;
  /** Seconds. */
  readonly duration: number;
  readonly samplesScraped: number;
  readonly seriesAdded: number;
  /** Whether HELP, TYPE and UNIT are stored again. */
  readonly metadata: boolean;
  /** The target goes: up and its companions end as well. */
  readonly last?: boolean;
}

type Pair = readonly [string, string];

function isPair(value: unknown): value is Pair {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string';
}

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** Reads the meta of a frame; what is missing counts as 0 or false. */
export function readScrapeMeta(meta: Readonly<Record<string, unknown>>): ScrapeMeta {
  const labels = Array.isArray(meta['labels']) ? (meta['labels'] as unknown[]).filter(isPair) : [];
  return {
    time: numberOf(meta['time']),
    labels,
    honorLabels: meta['honorLabels'] === true,
    honorTimestamps: meta['honorTimestamps'] === true,
    format: meta['format'] === 'openmetrics' ? 'openmetrics' : 'text',
    up: meta['up'] === 1 ? 1 : 0,
    duration: numberOf(meta['duration']),
    samplesScraped: numberOf(meta['samplesScraped']),
    seriesAdded: numberOf(meta['seriesAdded']),
    metadata: meta['metadata'] === true,
    last: meta['last'] === true,
  };
}
