// Targets of the jobs of a prometheus.yml: where each is asked and which labels it has.
import { fingerprintText } from '../../base/fingerprint.ts';
import type { ScrapeJob } from '../../config/prometheus/scrape-config.ts';
import { canonicalLabels, type LabelPair } from '../../model/series-identity.ts';

export interface ScrapeTarget {
  readonly job: ScrapeJob;
  readonly url: string;
  /** What every series of the target carries: job, instance, labels of the group. */
  readonly labels: readonly LabelPair[];
  /** `scrape:job/instance` */
  readonly source: string;
  /** Where in its interval it is asked, ms: targets are spread over it, the same way after every start. */
  readonly offset: number;
  readonly interval: number;
  readonly timeout: number;
}

/** The targets of jobs; of two that are the same in everything one is left. */
export function targetsOf(jobs: readonly ScrapeJob[]): ScrapeTarget[] {
  const targets = new Map<string, ScrapeTarget>();
  for (const job of jobs) {
    for (const group of job.groups) {
      for (const address of group.targets) {
        const target = makeTarget(job, address, group.labels);
        targets.set(JSON.stringify([target.url, target.labels]), target);
      }
    }
  }
  return [...targets.values()];
}

function makeTarget(job: ScrapeJob, address: string, groupLabels: readonly LabelPair[]): ScrapeTarget {
  const all = new Map<string, string>([
    ['job', job.name],
    ['__address__', address],
    ['__scheme__', job.scheme],
    ['__metrics_path__', job.metricsPath],
    ...groupLabels,
  ]);
  const path = all.get('__metrics_path__')!;
  const query = new URLSearchParams();
  for (const [name, values] of job.params) for (const value of values) query.append(name, value);
  for (const [name, value] of all) if (name.startsWith('__param_')) query.set(name.slice('__param_'.length), value);
  const search = query.toString();
  const host = all.get('__address__')!;
  const url = `${all.get('__scheme__')}://${host}${path.startsWith('/') ? '' : '/'}${path}${search === '' ? '' : `?${search}`}`;
  if (!all.has('instance')) all.set('instance', host);
  const labels = canonicalLabels([...all].filter(([name]) => !name.startsWith('__')));
  const { interval, timeout } = job;
  const offset = Number(fingerprintText(`${url}\0${JSON.stringify(labels)}`) % BigInt(interval));
  return { job, url, labels, source: `scrape:${job.name}/${all.get('instance')}`, offset, interval, timeout };
}
