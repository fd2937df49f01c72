// Rule files as Prometheus reads them, as settings. Expressions and templates are texts here; whoever evaluates them checks them,
// and reports by the places kept beside them.

/** Where something stands in the file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A text with the place where it begins. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
  /** By how much the lines of a block are indented in the file and not in the text. */
  readonly indent: number;
}

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
}

/** What is wrong with a file, and where. */
export interface FileProblem extends Place {
  readonly message: string;
}
