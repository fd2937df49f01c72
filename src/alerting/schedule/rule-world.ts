// What scheduled rules need of the server around them.
import type { Log } from '../../base/log.ts';
import type { RuleQuery } from '../rule/evaluate-rule.ts';
import type { RuleRun, SampleWriter } from '../rule/rule-group-run.ts';
import type { FindLastSamples } from './restore-alerts.ts';
import type { SentAlert } from './sent-alert.ts';

/** A rule by its place; it keeps it when other rules come and go. */
export interface RulePlace {
  readonly file: string;
  readonly group: string;
  readonly rule: string;
  /** Among the rules of the group that have this name, from 0. */
  readonly occurrence: number;
}

/** Hears of every alert after every evaluation of its rule. */
export interface AlertObserver {
  /** The alerts of a rule as they stand at `nowMs`. */
  observe(place: RulePlace, run: RuleRun, nowMs: number): void;
  /** These are all rules from now on. */
  keepOnly(places: readonly RulePlace[], nowMs: number): void;
}

export interface RuleWorld {
  readonly query: RuleQuery;
  readonly write: SampleWriter;
  readonly findLastSamples: FindLastSamples;
  /** Why nothing can be evaluated just now; undefined when it can. */
  readonly whyIncomplete: () => string | undefined;
  readonly observer: AlertObserver;
  /** Takes alerts for the Alertmanagers; never waits. */
  readonly send: (alerts: readonly SentAlert[]) => void;
  readonly externalLabels: () => ReadonlyMap<string, string>;
  readonly externalUrl: () => string;
  readonly log: Log;
}
