// The HTTP application at the main address: own API, operations, web UI.
import { randomBytes } from 'node:crypto';
import fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { codedError } from '../../base/coded-error.ts';
import { serverErrors } from '../errors.ts';
import type { Endpoint } from '../prometheus-api/endpoint.ts';
import { registerPrometheusApi } from '../prometheus-api/register-prometheus-api.ts';
import { registerUi } from '../ui/ui-assets.ts';
import { answerError } from './error-answer.ts';
import { compressAnswer } from './compress-answer.ts';
import { registerGraphLinks } from './graph-links.ts';
import type { Handlers } from './handler.ts';
import { registerOperations, type OperationParts } from './operation-routes.ts';
import { registerRoutes } from './register-routes.ts';
import { registerRemoteWrite, type RemoteWriteParts } from './remote-write-route.ts';

/** Requests of the own API are small; inputs that carry telemetry set a limit of their own. */
const BODY_LIMIT = 1 << 20;
const REQUEST_TIMEOUT_MILLIS = 60_000;
const LATENCY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface HttpAppParts extends OperationParts, RemoteWriteParts {
  readonly handlers: Handlers;
  /** Of the Prometheus HTTP API. */
  readonly prometheus: readonly Endpoint[];
  /** Folder of the built web UI; may be missing. */
  readonly uiRoot: string;
  readonly logger: Logger;
}

/** Names of requests, of one run of the server and in their order. */
function nameRequests(): () => string {
  const run = randomBytes(4).toString('hex');
  let requests = 0;
  return () => `${run}-${(++requests).toString(16)}`;
}

export function createHttpApp(parts: HttpAppParts): FastifyInstance {
  const app = fastify({
    // Its information is ours to give.
    loggerInstance: parts.logger.child({}, { level: 'warn' }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MILLIS,
    genReqId: nameRequests(),
    // Nearly none is logged: the few name their request.
    childLoggerFactory: (logger) => logger,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance;
  // A form or a text can be sent across origins without asking; only JSON is read.
  app.removeContentTypeParser('text/plain');

  const requests = parts.registry.counter('holter_http_requests_total', 'Answered requests', [
    'method',
    'route',
    'status',
  ]);
  const latency = parts.registry.histogram(
    'holter_http_request_duration_seconds',
    'Time until a request was answered',
    ['route'],
    LATENCY_BOUNDS,
  );
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onSend', compressAnswer);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.add([request.method, route, String(reply.statusCode)]);
    latency.observe([route], reply.elapsedTime / 1000);
    done();
  });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    answerError(codedError(serverErrors, 'ROUTE_UNKNOWN', request.method, request.url.split('?')[0]!), request, reply),
  );

  registerRoutes(app, parts.handlers, parts.access, parts.listenAddress);
  registerPrometheusApi(app, parts.prometheus, parts.access, parts.listenAddress);
  registerOperations(app, parts);
  registerRemoteWrite(app, parts);
  registerGraphLinks(app);
  registerUi(app, parts.uiRoot);
  return app;
}
