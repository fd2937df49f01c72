// Asks a target for its metrics as Prometheus does, within a bound of time and size.
import { parseContentType } from './content-type.ts';
import type { ScrapeJob } from '../../config/prometheus/scrape-job.ts';
import type { ScrapeProtocol } from '../../config/prometheus/scrape-limits.ts';
import type { HttpClient } from '../http-client/http-client.ts';
import { readBody } from '../http-client/read-body.ts';
import type { AnswerFormat } from './answer-reader.ts';
import { joinAnswer } from './scrape-body.ts';
import type { ScrapeTarget } from './scrape-target.ts';

/** Our own bound of a body (bytes, unpacked) where the job sets none. */
const MAX_BODY = 64 << 20;
/** The weight of the first protocol, in tenths, as in Prometheus. */
const FIRST_WEIGHT = 7;

const mediaTypes: Readonly<Record<ScrapeProtocol, string>> = {
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
};

/** What a target is asked for, best first. */
export function acceptHeader({ protocols, escaping }: Pick<ScrapeJob, 'protocols' | 'escaping'>): string {
  const offers = protocols.map((protocol, index) => {
    const scheme = protocol.endsWith('1.0.0') ? `;escaping=${escaping}` : '';
    return `${mediaTypes[protocol]}${scheme};q=0.${FIRST_WEIGHT - index}`;
  });
  return [...offers, `*/*;q=0.${FIRST_WEIGHT - protocols.length}`].join(',');
}

/** How an answer is to be read. Throws an Error when it does not say, and the job does not either. */
export function formatOf(contentType: string, fallback: ScrapeProtocol | undefined): AnswerFormat {
  const media = parseContentType(contentType);
  if (media?.type === 'text/plain') return 'text';
  if (media?.type === 'application/openmetrics-text' && media.version !== '2.0.0') return 'openmetrics';
  if (fallback !== undefined) return fallback.startsWith('OpenMetrics') ? 'openmetrics' : 'text';
  const what =
    contentType === ''
      ? 'the answer has no Content-Type'
      : `the answer has the Content-Type "${contentType}", which is not read`;
  throw new Error(`${what}, and the job has no fallback_scrape_protocol`);
}

export interface MetricsAnswer {
  readonly body: Uint8Array;
  /** '' when there is none. */
  readonly contentType: string;
}

/** Fetches a target's metrics. Rejects with an Error that says why: no connection, time, status, size. */
export async function fetchMetrics(
  client: HttpClient,
  target: ScrapeTarget,
  stop: AbortSignal,
): Promise<MetricsAnswer> {
  const { job, timeout, url } = target;
  const timer = AbortSignal.timeout(timeout);
  const headers = {
    accept: acceptHeader(job),
    'accept-encoding': job.compression ? 'gzip' : 'identity',
    'user-agent': 'Holter',
    'x-prometheus-scrape-timeout-seconds': String(timeout / 1000),
  };
  try {
    const response = await client.request(new URL(url), { headers, signal: AbortSignal.any([timer, stop]) });
    if (response.statusCode !== 200) {
      response.destroy();
      throw new Error(`server returned HTTP status ${response.statusCode} ${response.statusMessage ?? ''}`.trim());
    }
    const { bodySize } = job.limits;
    const body = await readBody(response, bodySize > 0 ? bodySize : MAX_BODY, joinAnswer);
    return { body, contentType: response.headers['content-type'] ?? '' };
  } catch (error) {
    if (timer.aborted) throw new Error(`no whole answer within ${timeout / 1000} s`, { cause: error });
    throw error;
  }
}
