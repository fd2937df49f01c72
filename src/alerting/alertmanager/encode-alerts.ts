// Alerts as Alertmanager's API v2 takes them (api/v2/openapi.yaml of Alertmanager 0.34, postableAlerts).
import type { Labels } from '../../model/labels.ts';
import type { SentAlert } from '../schedule/sent-alert.ts';

const toObject = (labels: Labels): Record<string, string> => Object.fromEntries(labels);
const iso = (ms: number): string => new Date(ms).toISOString();

/** The body of POST /api/v2/alerts. */
export function encodeAlerts(alerts: readonly SentAlert[]): string {
  return JSON.stringify(
    alerts.map(({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }) => ({
      annotations: toObject(annotations),
      endsAt: iso(endsAtMs),
      startsAt: iso(startsAtMs),
      generatorURL: generatorUrl,
      labels: toObject(labels),
    })),
  );
}
