// Sends alerts to all Alertmanagers that a prometheus.yml names.
import type { AlertingSettings } from '../../config/prometheus/alerting-section.ts';
import { Labels } from '../../model/labels.ts';
import { compileRelabel } from '../../model/relabel/relabel.ts';
import type { SentAlert } from '../schedule/sent-alert.ts';
import { relabelAlerts, type AlertmanagerSet } from './alertmanager-set.ts';
import type { SendQueue } from './send-queue.ts';

export class AlertmanagerSender {
  #sets: readonly AlertmanagerSet[] = [];
  #relabel = compileRelabel([]);
  #externalLabels: ReadonlyMap<string, string> = new Map();

  /** From now on `sets` are sent to; alerts get the external labels that they lack, and are relabelled. */
  configure(
    sets: readonly AlertmanagerSet[],
    alertRelabel: AlertingSettings['alertRelabel'],
    externalLabels: ReadonlyMap<string, string>,
  ): void {
    this.#sets = sets;
    this.#relabel = compileRelabel(alertRelabel);
    this.#externalLabels = externalLabels;
  }

  get queues(): readonly SendQueue[] {
    return this.#sets.flatMap(({ queues }) => queues);
  }

  get dropped(): readonly string[] {
    return this.#sets.flatMap(({ dropped }) => dropped);
  }

  send(alerts: readonly SentAlert[]): void {
    const labelled = alerts.map((alert) => ({
      ...alert,
      labels: Labels.of([...this.#externalLabels, ...alert.labels]),
    }));
    const relabelled = relabelAlerts(labelled, this.#relabel);
    if (relabelled.length > 0) for (const set of this.#sets) set.send(relabelled);
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    await Promise.all(this.queues.map((queue) => queue.drain()));
  }
}
