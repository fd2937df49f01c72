// Targets as Prometheus' API shows them (/api/v1/targets, /api/v1/targets/metadata). Times in Unix ms, durations in seconds.

export type TargetHealth = 'up' | 'down' | 'unknown';

export interface ActiveTarget {
  /** Before relabelling. */
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the job. */
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  /** The same, as others than this machine reach it. */
  readonly globalUrl: string;
  /** '' when there was none. */
  readonly lastError: string;
  /** Undefined before the first scrape. */
  readonly lastScrape: number | undefined;
  readonly lastScrapeDuration: number;
  readonly health: TargetHealth;
  /** As Prometheus writes durations: 15s. */
  readonly scrapeInterval: string;
  readonly scrapeTimeout: string;
}

/** A target that relabelling dropped. */
export interface DroppedTarget {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
}

/** What a target says of one of its metrics. */
export interface TargetMetadata {
  /** Labels of the target. */
  readonly target: Readonly<Record<string, string>>;
  readonly metric: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}
