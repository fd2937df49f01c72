// An alert as the router keeps it: its state, and how it came to it. Pure: the clock is an argument.
import type { RulePlace } from '../schedule/rule-world.ts';

export type KeptState = 'pending' | 'firing' | 'inactive';

/** A change of state. */
export interface Transition {
  readonly state: KeptState;
  readonly atMs: number;
  readonly value: number;
}

export interface KeptAlert {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly place: RulePlace;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: KeptState;
  /** Since when it is in this state. */
  readonly sinceMs: number;
  /** Since when the expression has given it; of an inactive alert the last time that it did. */
  readonly activeSinceMs: number;
  readonly value: number;
  /** The newest last; older ones are forgotten. */
  readonly transitions: readonly Transition[];
}

const MAX_TRANSITIONS = 100;

/** The alert in another state. */
export function changeState(alert: KeptAlert, state: KeptState, atMs: number, value: number): KeptAlert {
  const transitions = [...alert.transitions, { state, atMs, value }].slice(-MAX_TRANSITIONS);
  return { ...alert, state, sinceMs: atMs, value, transitions };
}
