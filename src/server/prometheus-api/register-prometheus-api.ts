// Serves the endpoints of the Prometheus HTTP API below /api/v1: who may ask, forms, the envelope of answers and errors.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Address } from '../../config/setting-values.ts';
import type { AccessControl } from '../auth/access-control.ts';
import { ByteWriter } from './byte-writer.ts';
import { JsonBytes, JsonText, type ApiAnswer, type Endpoint } from './endpoint.ts';
import { describeFailure } from './error-answer.ts';

export const PROMETHEUS_PREFIX = '/api/v1';

/** What Go reads of a form at most. */
const FORM_LIMIT = 10 << 20;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

function abortWhenGone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Error('the client has gone'));
  });
  return controller.signal;
}

function readForm({ url, body }: FastifyRequest): URLSearchParams {
  const at = url.indexOf('?');
  const query = new URLSearchParams(at === -1 ? '' : url.slice(at + 1).replace(/#.*$/s, ''));
  if (typeof body !== 'string') return query;
  const form = new URLSearchParams(body);
  for (const [name, value] of query) form.append(name, value);
  return form;
}

const ENVELOPE_BYTES = 4096;

function writeAnswer({ data, warnings = [], infos = [] }: ApiAnswer): string | Buffer {
  const start = '{"status":"success","data":';
  let end = '';
  if (warnings.length > 0) end += `,"warnings":${JSON.stringify(warnings)}`;
  if (infos.length > 0) end += `,"infos":${JSON.stringify(infos)}`;
  end += '}';
  if (!(data instanceof JsonBytes)) return start + (data instanceof JsonText ? data.text : JSON.stringify(data)) + end;
  const out = new ByteWriter(ENVELOPE_BYTES + data.expectedBytes);
  out.text(start);
  data.write(out);
  out.text(end);
  return out.written();
}

function answerFailure(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failure = describeFailure(thrown);
  if (failure === undefined) request.log.error({ err: thrown, reqId: request.id }, 'request failed');
  const { status, errorType, error, retryAfterSeconds } = failure ?? {
    status: 500,
    errorType: 'internal',
    error: `something is wrong in this program; its log has the details under request ${request.id}`,
    retryAfterSeconds: undefined,
  };
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="holter"');
  void reply
    .code(status)
    .type(JSON_TYPE)
    .send(JSON.stringify({ status: 'error', errorType, error }));
}

/** Every endpoint needs the permission to query; `listenAddress` tells where the app listens, for the rules of access. */
export function registerPrometheusApi(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  access: AccessControl,
  listenAddress: () => Address,
): void {
  app.register((api, _options, done) => {
    // Only here may a form be sent: these requests change nothing, and other origins are refused.
    api.removeAllContentTypeParsers();
    api.addContentTypeParser(FORM_TYPE, { parseAs: 'string', bodyLimit: FORM_LIMIT }, (_request, body, parsed) =>
      parsed(null, body),
    );
    // The parameters of other bodies stand in the address.
    api.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, parsed) => parsed(null, undefined));
    api.setErrorHandler((error, request, reply) => answerFailure(error, request, reply));
    for (const { path, post, answer } of endpoints)
      api.route({
        method: post === true ? ['GET', 'POST'] : 'GET',
        url: PROMETHEUS_PREFIX + path,
        handler: async (request, reply) => {
          access.authorize(request.headers, listenAddress(), 'query');
          const signal = abortWhenGone(reply);
          const form = readForm(request);
          const result = await answer({ form, path: (request.params ?? {}) as Record<string, string>, signal });
          void reply.header('cache-control', 'no-store');
          if (result.data === undefined) return reply.code(204).send();
          return reply.type(JSON_TYPE).send(writeAnswer(result));
        },
      });
    done();
  });
}
