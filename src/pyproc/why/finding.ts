// One conclusion of a diagnosis. A kind of finding is a file in findings/ and a line in diagnose.ts.
import type { Scene } from './scene.ts';

/** fault: this is why it hangs; suspect: likely, or slow; note: normal, worth knowing. */
export type Severity = 'fault' | 'suspect' | 'note';

export interface Finding {
  readonly kind: string;
  readonly severity: Severity;
  /** One line for a tired person. */
  readonly summary: string;
  readonly evidence: readonly string[];
  /** The process that it is about, and what makes it equal to a finding about another; absent: it is about the tree. */
  readonly of?: { readonly pid: number; readonly likeness: string };
}

export type FindingKind = (scene: Scene) => readonly Finding[];
