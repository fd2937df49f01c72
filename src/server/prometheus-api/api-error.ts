// Failures as the Prometheus HTTP API names them. https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview

/** `errorType` of an answer, with its HTTP status (Prometheus 3.15, web/api/v1/api.go; `unavailable` as its manual has it). */
export const apiErrorStatuses = {
  bad_data: 400,
  execution: 422,
  canceled: 499,
  timeout: 503,
  unavailable: 503,
  internal: 500,
  not_found: 404,
  not_acceptable: 406,
} as const;

export type ApiErrorType = keyof typeof apiErrorStatuses;

/** Ends a request with an error answer. */
export class ApiError extends Error {
  readonly type: ApiErrorType;
  readonly retryAfterSeconds: number | undefined;

  constructor(type: ApiErrorType, message: string, retryAfterSeconds?: number) {
    super(message);
    this.type = type;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A parameter cannot be used. */
export function failParameter(name: string, problem: string): never {
  throw new ApiError('bad_data', `invalid parameter ${JSON.stringify(name)}: ${problem}`);
}
