// Alertmanagers that are found and asked in one way: each has a queue of its own, which stays as long as it is found.
import type { AlertmanagerSettings } from '../../config/prometheus/alerting-section.ts';
import type { Log } from '../../base/log.ts';
import { Labels } from '../../model/labels.ts';
import { LabelBuilder } from '../../model/relabel/label-builder.ts';
import { compileRelabel, type Relabeler } from '../../model/relabel/relabel.ts';
import type { SentAlert } from '../schedule/sent-alert.ts';
import { SendQueue, type PostAlerts } from './send-queue.ts';

const ADDRESS = '__address__';
const SCHEME = '__scheme__';
const PATH = '__alerts_path__';

type LabelPairs = Iterable<readonly [string, string]>;

/** `alerts` with their labels changed by the rules; those that the rules drop are left out. */
export function relabelAlerts(alerts: readonly SentAlert[], relabel: Relabeler): SentAlert[] {
  return alerts.flatMap((alert) => {
    const labels = new LabelBuilder(alert.labels);
    return relabel(labels) ? [{ ...alert, labels: Labels.of(labels.entries()) }] : [];
  });
}

export class AlertmanagerSet {
  readonly settings: AlertmanagerSettings;
  readonly #post: PostAlerts;
  readonly #log: Log;
  readonly #relabel: Relabeler;
  readonly #alertRelabel: Relabeler;
  #queues = new Map<string, SendQueue>();
  #dropped: readonly string[] = [];

  constructor(settings: AlertmanagerSettings, post: PostAlerts, log: Log) {
    this.settings = settings;
    this.#post = post;
    this.#log = log;
    this.#relabel = compileRelabel(settings.relabel);
    this.#alertRelabel = compileRelabel(settings.alertRelabel);
  }

  get queues(): readonly SendQueue[] {
    return [...this.#queues.values()];
  }

  /** URLs of Alertmanagers that the rules leave out. */
  get dropped(): readonly string[] {
    return this.#dropped;
  }

  /** These are found now, each by its labels. */
  setTargets(targets: readonly LabelPairs[]): void {
    const queues = new Map<string, SendQueue>();
    const dropped: string[] = [];
    for (const target of targets) {
      const labels = new LabelBuilder([
        ...target,
        [SCHEME, this.settings.scheme],
        [PATH, `${this.settings.pathPrefix}/api/v2/alerts`],
      ]);
      const before = this.#urlOf(labels);
      if (!this.#relabel(labels)) {
        dropped.push(before);
        continue;
      }
      const url = this.#urlOf(labels);
      if (!URL.canParse(url)) {
        this.#log.error(`alertmanagers: ${url} is no URL; this one is left out`);
        continue;
      }
      queues.set(url, this.#queues.get(url) ?? new SendQueue(url, this.#post, this.#log));
    }
    this.#queues = queues;
    this.#dropped = dropped;
  }

  send(alerts: readonly SentAlert[]): void {
    const relabelled = this.settings.alertRelabel.length === 0 ? alerts : relabelAlerts(alerts, this.#alertRelabel);
    if (relabelled.length === 0) return;
    for (const queue of this.#queues.values()) queue.add(relabelled);
  }

  #urlOf(labels: LabelBuilder): string {
    return `${labels.get(SCHEME)}://${labels.get(ADDRESS)}${labels.get(PATH)}`;
  }
}
