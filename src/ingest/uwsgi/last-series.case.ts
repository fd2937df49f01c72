import type { CollectingIntake } from '../../../test/scrape/collecting-intake.ts';

/** The series of the last frame, by name and own labels. */
export function lastSeries({ frames }: CollectingIntake): Record<string, number | 'stale'> {
  return Object.fromEntries(
    (frames.at(-1)?.samples ?? []).map(({ labels, value }) => {
      const { __name__: name, job: _job, instance: _instance, pid: _pid, ...own } = labels;
      const inner = Object.entries(own).map(([label, text]) => `${label}=${text}`);
      return [`${name}{${inner.join(',')}}`, value];
    }),
  );
}
