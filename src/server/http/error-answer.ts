// Every failure of a request becomes one shape: {"error": {"code", "message", …}}.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ErrorBody } from '../../api/common.ts';
import { CodedError, codedError } from '../../base/coded-error.ts';
import { serverErrors } from '../errors.ts';

interface Failure {
  readonly error: CodedError;
  readonly issues?: { readonly path: string; readonly message: string }[];
}

function describeIssues(error: z.ZodError): Failure {
  const issues = error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return { error: codedError(serverErrors, 'REQUEST_INVALID', text), issues };
}

function readFailure(thrown: unknown, request: FastifyRequest): Failure {
  if (thrown instanceof CodedError) return { error: thrown };
  if (thrown instanceof z.ZodError) return describeIssues(thrown);
  const { code, statusCode = 500, message = '' } = thrown as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return { error: codedError(serverErrors, 'BODY_TOO_LARGE', request.routeOptions.bodyLimit) };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return { error: codedError(serverErrors, 'CONTENT_TYPE_WRONG', request.headers['content-type'] ?? '') };
  if (statusCode >= 400 && statusCode < 500) return { error: codedError(serverErrors, 'REQUEST_INVALID', message) };
  request.log.error({ err: thrown, reqId: request.id }, 'request failed');
  return { error: codedError(serverErrors, 'INTERNAL', request.id) };
}

/** Answers `request` with what was thrown. */
export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { error, issues } = readFailure(thrown, request);
  if (error.retryAfterSeconds !== undefined) void reply.header('retry-after', String(error.retryAfterSeconds));
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer realm="holter"');
  const body: ErrorBody = {
    error: {
      code: error.code,
      message: error.message,
      requestId: request.id,
      ...(issues === undefined ? {} : { issues }),
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    },
  };
  void reply.code(error.status).type('application/json').send(body);
}
