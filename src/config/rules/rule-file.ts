// Rule files as Prometheus reads them, as settings. Expressions and templates are texts here; whoever evaluates them checks them,
// and reports by the places kept beside them.

import type { Place, PlacedText } from '../yaml-reader.ts';

export interface RecordingRule {
  readonly kind: 'recording';
  readonly record: string;
  readonly expression: PlacedText;
  readonly labels: ReadonlyMap<string, PlacedText>;
  readonly place: Place;
}

export interface AlertingRule {
  readonly kind: 'alerting';
  readonly alert: string;
  readonly expression: PlacedText;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly labels: ReadonlyMap<string, PlacedText>;
  readonly annotations: ReadonlyMap<string, PlacedText>;
  readonly place: Place;
}

export type Rule = RecordingRule | AlertingRule;

export interface RuleGroup {
  readonly name: string;
  /** `undefined`: the global evaluation interval. */
  readonly intervalMs: number | undefined;
  readonly queryOffsetMs: number | undefined;
  /** How many series or alerts a rule may give; 0 is no limit. */
  readonly limit: number;
  readonly labels: ReadonlyMap<string, PlacedText>;
  readonly rules: readonly Rule[];
  readonly place: Place;
}

export interface RuleFile {
  readonly groups: readonly RuleGroup[];
  /** What was left aside. */
  readonly warnings: readonly FileProblem[];
}

/** What is wrong with a file, and where. */
export interface FileProblem extends Place {
  readonly message: string;
}
