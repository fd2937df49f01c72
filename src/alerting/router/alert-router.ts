// Where all alerts of all rules end up: keeps them with their history, also over a restart, and shows them. Notifications will start
// from here. Changes are written behind, so that no evaluation waits for the disk; what a crash takes is seen again at the next one.
import type { Log } from '../../base/log.ts';
import { fingerprintText } from '../../base/fingerprint.ts';
import type { StateStore } from '../../storage/ports/state-store.ts';
import type { ActiveAlert } from '../rule/active-alert.ts';
import type { RuleRun } from '../rule/rule-group-run.ts';
import type { AlertObserver, RulePlace } from '../schedule/rule-world.ts';
import { changeState, type KeptAlert } from './kept-alert.ts';

const KEY_PREFIX = 'alert/';
/** Ended alerts are forgotten after a week, and earlier when there are more than this. */
const KEEP_INACTIVE_MS = 7 * 86_400_000;
const MAX_INACTIVE = 5000;

const ruleId = ({ file, group, rule, occurrence }: RulePlace): string =>
  JSON.stringify([file, group, rule, occurrence]);

const alertId = (rule: string, labelsKey: string): string =>
  BigInt.asUintN(64, fingerprintText(`${rule}\0${labelsKey}`))
    .toString(16)
    .padStart(16, '0');

export class AlertRouter implements AlertObserver {
  readonly #state: StateStore;
  readonly #log: Log;
  readonly #alerts = new Map<string, KeptAlert>();
  readonly #byRule = new Map<string, Set<string>>();
  readonly #versions = new Map<string, number>();
  readonly #dirty = new Set<string>();
  #writing: Promise<void> | undefined;

  private constructor(state: StateStore, log: Log) {
    this.#state = state;
    this.#log = log;
  }

  /** With the alerts that an earlier process has kept. */
  static async open(state: StateStore, log: Log): Promise<AlertRouter> {
    const router = new AlertRouter(state, log);
    for (const { key, version, value } of await state.list(KEY_PREFIX)) {
      const alert = value as KeptAlert;
      router.#versions.set(key.slice(KEY_PREFIX.length), version);
      router.#put(alert);
    }
    return router;
  }

  /** All alerts, the newest change first. */
  get alerts(): readonly KeptAlert[] {
    return [...this.#alerts.values()].toSorted((left, right) => right.sinceMs - left.sinceMs);
  }

  /** The alerts of one rule, the newest change first. */
  alertsOf(place: RulePlace): readonly KeptAlert[] {
    const ids = this.#byRule.get(ruleId(place)) ?? new Set();
    const found = [...ids].flatMap((id) => this.#alerts.get(id) ?? []);
    return found.toSorted((left, right) => right.sinceMs - left.sinceMs);
  }

  observe(place: RulePlace, run: RuleRun, nowMs: number): void {
    const rule = ruleId(place);
    const seen = new Set<string>();
    for (const alert of run.alerts.values()) {
      if (alert.state === 'resolved') continue;
      const id = alertId(rule, alert.labels.key);
      seen.add(id);
      this.#see(id, place, alert, alert.state, nowMs);
    }
    // What is not known does not end.
    if (run.health !== 'ok') return;
    for (const id of this.#byRule.get(rule) ?? []) if (!seen.has(id)) this.#end(id, nowMs);
    this.#forget(nowMs);
  }

  keepOnly(places: readonly RulePlace[], nowMs: number): void {
    const rules = new Set(places.map(ruleId));
    for (const [rule, ids] of this.#byRule) if (!rules.has(rule)) for (const id of ids) this.#end(id, nowMs);
    this.#forget(nowMs);
  }

  /** Resolves when everything that changed so far is durable. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  #see(id: string, place: RulePlace, alert: ActiveAlert, state: 'pending' | 'firing', nowMs: number): void {
    const { labels, annotations, value, activeSinceMs } = alert;
    const before = this.#alerts.get(id);
    const shown = { annotations: Object.fromEntries(annotations), value, activeSinceMs };
    if (before?.state === state) {
      this.#alerts.set(id, { ...before, ...shown });
      return;
    }
    const base = before ?? {
      id,
      place,
      labels: Object.fromEntries(labels),
      state: 'inactive' as const,
      sinceMs: nowMs,
      transitions: [],
      ...shown,
    };
    this.#change({ ...changeState(base, state, nowMs, value), ...shown });
  }

  #end(id: string, nowMs: number): void {
    const alert = this.#alerts.get(id);
    if (alert === undefined || alert.state === 'inactive') return;
    this.#change(changeState(alert, 'inactive', nowMs, alert.value));
  }

  #put(alert: KeptAlert): void {
    this.#alerts.set(alert.id, alert);
    const rule = ruleId(alert.place);
    const ids = this.#byRule.get(rule) ?? new Set();
    this.#byRule.set(rule, ids.add(alert.id));
  }

  #change(alert: KeptAlert): void {
    this.#put(alert);
    this.#write(alert.id);
  }

  #forget(nowMs: number): void {
    const inactive = [...this.#alerts.values()].filter(({ state }) => state === 'inactive');
    const old = inactive.filter(({ sinceMs }) => nowMs - sinceMs > KEEP_INACTIVE_MS);
    const tooMany = inactive
      .toSorted((left, right) => left.sinceMs - right.sinceMs)
      .slice(0, Math.max(0, inactive.length - MAX_INACTIVE));
    for (const { id, place } of [...old, ...tooMany]) {
      this.#alerts.delete(id);
      const ids = this.#byRule.get(ruleId(place));
      ids?.delete(id);
      if (ids?.size === 0) this.#byRule.delete(ruleId(place));
      this.#write(id);
    }
  }

  #write(id: string): void {
    this.#dirty.add(id);
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
  }

  async #writeAll(): Promise<void> {
    // Changes of one evaluation are made before the first is written.
    await Promise.resolve();
    while (this.#dirty.size > 0) {
      const ids = [...this.#dirty];
      this.#dirty.clear();
      await Promise.all(ids.map((id) => this.#writeOne(id)));
    }
  }

  async #writeOne(id: string): Promise<void> {
    const alert = this.#alerts.get(id);
    const version = this.#versions.get(id) ?? 0;
    try {
      if (alert === undefined) {
        if (version > 0) await this.#state.delete(KEY_PREFIX + id, version);
        this.#versions.delete(id);
      } else if (await this.#state.set(KEY_PREFIX + id, version, alert)) this.#versions.set(id, version + 1);
      else this.#versions.set(id, (await this.#state.get(KEY_PREFIX + id))?.version ?? 0);
    } catch (error) {
      this.#log.error(`the history of an alert could not be written: ${(error as Error).message}`);
    }
  }
}
