// Posts alerts as the settings of an Alertmanager say: credentials, TLS, proxy, timeout.
import type { PostAlerts } from '../../alerting/alertmanager/send-queue.ts';
import type { AlertmanagerSettings } from '../../config/prometheus/alerting-section.ts';
import type { HttpClient } from '../../ingest/http-client/http-client.ts';

const MAX_SHOWN = 300;

export function postAlertsBy(client: HttpClient, { timeout }: AlertmanagerSettings, version: string): PostAlerts {
  const headers = { 'content-type': 'application/json', 'user-agent': `Holter/${version}` };
  return async (url, text) => {
    const body = new TextEncoder().encode(text);
    const signal = AbortSignal.timeout(timeout);
    const response = await client.request(new URL(url), {
      method: 'POST',
      headers: { ...headers, 'content-length': String(body.length) },
      body,
      signal,
    });
    let answer = '';
    for await (const chunk of response) if (answer.length < MAX_SHOWN) answer += String(chunk);
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return;
    throw new Error(`it answered ${statusCode}: ${answer.slice(0, MAX_SHOWN).trim()}`);
  };
}
