// Failures of this API in the envelope of Prometheus.
import { CodedError } from '../../base/coded-error.ts';
import { QueryError } from '../../query/promql/query-error.ts';
import { ApiError, apiErrorStatuses } from './api-error.ts';

export interface ErrorAnswer {
  readonly status: number;
  readonly errorType: string;
  readonly error: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** Errors of other parts of the server, by their status. */
const typesOfStatus: Readonly<Record<number, string>> = {
  400: 'bad_data',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  413: 'bad_data',
  415: 'bad_data',
  422: 'execution',
  429: 'unavailable',
  499: 'canceled',
  503: 'unavailable',
};

function describeCoded({ code, status, message, retryAfterSeconds }: CodedError): ErrorAnswer {
  const errorType = code === 'QUERY_TIMEOUT' ? 'timeout' : (typesOfStatus[status] ?? 'internal');
  return { status, errorType, error: message, retryAfterSeconds };
}

/** The answer to what was thrown; undefined when it is a bug. */
export function describeFailure(thrown: unknown): ErrorAnswer | undefined {
  if (thrown instanceof ApiError) {
    const { type, message, retryAfterSeconds } = thrown;
    return { status: apiErrorStatuses[type], errorType: type, error: message, retryAfterSeconds };
  }
  if (thrown instanceof QueryError)
    return { status: apiErrorStatuses[thrown.kind], errorType: thrown.kind, error: thrown.message };
  if (thrown instanceof CodedError) return describeCoded(thrown);
  const { statusCode = 500, message = '' } = thrown as { statusCode?: number; message?: string };
  if (statusCode < 400 || statusCode >= 500) return undefined;
  return { status: statusCode, errorType: typesOfStatus[statusCode] ?? 'bad_data', error: message };
}
