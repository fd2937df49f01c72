// The live tail as server-sent events.
import { logTailFilters, type LogTailQuery } from '../../api/logs.ts';
import { codedError } from '../../base/coded-error.ts';
import type { Address } from '../../config/setting-values.ts';
import type { AccessControl } from '../auth/access-control.ts';
import { serverErrors } from '../errors.ts';
import type { Handlers } from '../http/handler.ts';
import type { LogConditions } from '../queries/conditions.ts';
import type { LiveTail } from '../tail/live-tail.ts';

const HEARTBEAT_MILLIS = 15_000;

function listOf<T extends string>(value: T | T[] | undefined): T[] | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value : [value];
}

function readConditions(query: LogTailQuery): LogConditions {
  let filters: unknown;
  try {
    filters = JSON.parse(query.filters ?? '[]');
  } catch {
    throw codedError(serverErrors, 'REQUEST_INVALID', 'filters: expected a JSON array of filters');
  }
  return {
    service: listOf(query.service),
    level: listOf(query.level),
    text: query.text,
    traceId: query.traceId,
    filters: logTailFilters.parse(filters),
  };
}

/** `closing` aborts when the server shuts down. */
export function logTailHandler(
  tail: LiveTail,
  access: AccessControl,
  listenAddress: () => Address,
  closing: AbortSignal,
): Handlers['tailLogs'] {
  return ({ query, request, reply, signal }) => {
    const { raw } = reply;
    const session = tail.open(readConditions(query), {
      send: (event, data) => raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    });
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-request-id': request.id,
      'x-accel-buffering': 'no',
    });
    raw.write(': connected\n\n');
    raw.on('drain', () => session.drained());
    const heartbeat = setInterval(() => {
      try {
        // A token that is revoked ends its tails too.
        access.authorize(request.headers, listenAddress(), 'query');
        raw.write(': still here\n\n');
      } catch {
        raw.end();
      }
    }, HEARTBEAT_MILLIS);
    const end = (): void => {
      clearInterval(heartbeat);
      session.close();
      raw.end();
    };
    signal.addEventListener('abort', end, { once: true });
    closing.addEventListener('abort', end, { once: true });
    raw.once('close', () => {
      closing.removeEventListener('abort', end);
      end();
    });
    return Promise.resolve();
  };
}
