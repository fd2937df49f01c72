// The names under which Python's loggers write what has a column of its own. Of several fields for one column the one that stands
// first here wins; the others stay attributes.

export const OTHER = 0;
export const TIME = 1;
export const SEVERITY = 2;
export const BODY = 3;
export const LOGGER = 4;
export const SERVICE = 5;
export const TRACE_ID = 6;
export const SPAN_ID = 7;
export const EXCEPTION = 8;
/** A text that is an exception only when a traceback stands in it. */
export const MAYBE_EXCEPTION = 9;
/** An object of the Elastic Common Schema (log, error, trace, span, transaction, service), Datadog's, or OpenTelemetry's. */
export const ECS_OBJECT = 10;
/** Types, messages of an exception beside its stack: looked at, and kept as attributes. */
export const EXCEPTION_TYPE = 11;
export const EXCEPTION_MESSAGE = 12;
/** Tell pino's numbers from Python's. */
export const PINO_MARK = 13;
/** How many roles there are. */
export const ROLES = 14;

const names: readonly (readonly [role: number, names: string])[] = [
  [TIME, '@timestamp timestamp time ts asctime datetime created date event_time eventtime log_time logtime t'],
  [
    SEVERITY,
    'level levelname log.level severity severitytext severity_text log_level loglevel level_name lvl levelno level_number',
  ],
  [BODY, 'message msg event log text body @message short_message'],
  [LOGGER, 'logger logger_name name log.logger loggername logger.name channel scope'],
  [SERVICE, 'service service.name service_name servicename otelservicename dd.service'],
  [TRACE_ID, 'trace_id traceid trace.id oteltraceid dd.trace_id trace-id x-trace-id x_trace_id'],
  [SPAN_ID, 'span_id spanid span.id otelspanid dd.span_id span-id'],
  [
    EXCEPTION,
    'exc_info exception exc_text error.stack_trace stack_trace stacktrace traceback exception.stacktrace error.stack',
  ],
  [MAYBE_EXCEPTION, 'error err exc stack'],
  [ECS_OBJECT, 'log error trace span transaction service exception dd attributes resource'],
  [EXCEPTION_TYPE, 'exception.type error.type exc_type error_type exception_type'],
  [EXCEPTION_MESSAGE, 'exception.message error.message exc_message error_message exception_message exc_value'],
  [PINO_MARK, 'hostname pid'],
];

/** What a field name may mean: its role as a scalar, its place among the names of that role, and whether it may be an ECS object. */
export interface FieldMeaning {
  readonly role: number;
  readonly rank: number;
  readonly ecs: boolean;
}

const nothing: FieldMeaning = { role: OTHER, rank: 0, ecs: false };
const meanings = new Map<string, FieldMeaning>();
for (const [role, list] of names) {
  list.split(' ').forEach((name, rank) => {
    const known = meanings.get(name);
    if (role === ECS_OBJECT) meanings.set(name, { ...(known ?? nothing), ecs: true });
    else if (known === undefined) meanings.set(name, { role, rank, ecs: false });
  });
}

/** The meaning of a field by its name, whatever the case. */
export function meaningOf(name: string): FieldMeaning {
  return meanings.get(name) ?? meanings.get(name.toLowerCase()) ?? nothing;
}
