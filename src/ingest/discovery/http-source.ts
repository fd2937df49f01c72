// Targets that a URL lists as JSON. https://prometheus.io/docs/prometheus/latest/http_sd/
import type { Discovery } from '../../config/prometheus/discovery.ts';
import { parseTargetGroups } from '../../config/prometheus/target-groups.ts';
import { HttpClient } from '../http-client/http-client.ts';
import { readBody } from '../http-client/read-body.ts';
import { groupOf, type TargetSource } from './discovered-group.ts';

const MAX_BODY = 64 << 20;

export function httpSource({ url, http, refreshInterval }: Extract<Discovery, { kind: 'http' }>): TargetSource {
  const client = new HttpClient(http);
  return {
    interval: refreshInterval,

    async find(signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(refreshInterval)]);
      const headers = {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'x-prometheus-refresh-interval-seconds': String(refreshInterval / 1000),
      };
      const response = await client.request(new URL(url), { headers, signal: deadline });
      const type = response.headers['content-type'] ?? '';
      if (response.statusCode !== 200 || !/^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(type)) {
        response.destroy();
        throw new Error(
          response.statusCode === 200
            ? `${url}: expected the content type application/json, got "${type}"`
            : `${url}: expected status 200, got ${response.statusCode}`,
        );
      }
      const parsed = parseTargetGroups(new TextDecoder().decode(await readBody(response, MAX_BODY)), 'json');
      if (!parsed.ok) throw new Error(`${url}: ${parsed.error}`);
      return parsed.value.map((group) => groupOf(group, ['__meta_url', url]));
    },
  };
}
