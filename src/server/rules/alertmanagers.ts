// The Alertmanagers of prometheus.yml: found, and sent to.
import { AlertmanagerSender } from '../../alerting/alertmanager/alertmanager-sender.ts';
import { AlertmanagerSet } from '../../alerting/alertmanager/alertmanager-set.ts';
import type { Log } from '../../base/log.ts';
import type { AlertingSettings, AlertmanagerSettings } from '../../config/prometheus/alerting-section.ts';
import { Discoverer } from '../../ingest/discovery/discoverer.ts';
import { HttpClient } from '../../ingest/http-client/http-client.ts';
import { postAlertsBy } from './post-alerts.ts';

interface Running {
  readonly key: string;
  readonly set: AlertmanagerSet;
  readonly client: HttpClient;
  readonly discoverer: Discoverer;
}

export class Alertmanagers {
  readonly sender = new AlertmanagerSender();
  readonly #version: string;
  readonly #log: Log;
  #running: readonly Running[] = [];

  constructor(version: string, log: Log) {
    this.#version = version;
    this.#log = log;
  }

  /** These from now on; what stays the same keeps its queues. */
  async apply(settings: AlertingSettings, externalLabels: ReadonlyMap<string, string>): Promise<void> {
    const before = [...this.#running];
    const next: Running[] = [];
    for (const one of settings.alertmanagers) {
      const key = JSON.stringify(one);
      const at = before.findIndex((running) => running.key === key);
      next.push(at === -1 ? this.#start(key, one) : before.splice(at, 1)[0]!);
    }
    this.#running = next;
    const sets = next.map(({ set }) => set);
    this.sender.configure(sets, settings.alertRelabel, externalLabels);
    await Promise.all(before.map((running) => this.#end(running)));
  }

  /** What waits is sent first. */
  async stop(): Promise<void> {
    await Promise.all(this.#running.map((running) => this.#end(running)));
  }

  #start(key: string, settings: AlertmanagerSettings): Running {
    const client = new HttpClient(settings.http);
    const set = new AlertmanagerSet(settings, postAlertsBy(client, settings, this.#version), this.#log);
    const discoverer = new Discoverer({
      settings: settings.discovery,
      found: (groups) =>
        set.setTargets(groups.flatMap(({ targets, labels }) => targets.map((target) => [...labels, ...target]))),
      report: (problem) => this.#log.warn(`alertmanagers: ${problem}`),
    });
    void discoverer.start();
    return { key, set, client, discoverer };
  }

  async #end({ set, client, discoverer }: Running): Promise<void> {
    await discoverer.stop();
    await Promise.all(set.queues.map((queue) => queue.drain()));
    client.close();
  }
}
