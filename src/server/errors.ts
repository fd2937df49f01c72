import type { ErrorTable } from '../base/coded-error.ts';

/** Errors of the HTTP server and of its start; docs/manual/errors.md explains each. */
export const serverErrors = {
  REQUEST_INVALID: { status: 400, text: (detail: string) => detail },
  CURSOR_INVALID: {
    status: 400,
    text: (cursor: string) => `expected a nextCursor of an earlier answer, got ${JSON.stringify(cursor)}`,
  },
  TOKEN_MISSING: {
    status: 401,
    text: () =>
      'this server asks for a token: send "Authorization: Bearer TOKEN" (or the token as the password of basic authentication); holter token create makes one',
  },
  TOKEN_UNKNOWN: { status: 401, text: () => 'the token is not known here, or it was revoked or has expired' },
  PERMISSION_MISSING: {
    status: 403,
    text: (name: string, permission: string) =>
      `the token "${name}" may not do this: it lacks the permission "${permission}"`,
  },
  HOST_REFUSED: {
    status: 403,
    text: (host: string) =>
      `this address answers only to localhost and IP addresses, not to the host name ${JSON.stringify(host)}; a proxy's name is allowed with --allow-host NAME`,
  },
  ORIGIN_REFUSED: {
    status: 403,
    text: (origin: string, host: string) =>
      `a page of ${JSON.stringify(origin)} may not talk to this server, which it reaches as ${JSON.stringify(host)}`,
  },
  ROUTE_UNKNOWN: { status: 404, text: (method: string, path: string) => `there is no ${method} ${path} here` },
  LOG_UNKNOWN: { status: 404, text: (id: string) => `no log row with the id ${id} is stored` },
  TRACE_UNKNOWN: { status: 404, text: (traceId: string) => `nothing of trace ${traceId} is stored` },
  TOKEN_ID_UNKNOWN: { status: 404, text: (id: string) => `there is no token with the id ${id}` },
  DASHBOARD_UNKNOWN: { status: 404, text: (id: string) => `there is no dashboard with the id ${id}` },
  DASHBOARD_UNREADABLE: { status: 400, text: (reason: string) => reason },
  DASHBOARD_EXISTS: {
    status: 409,
    text: (title: string, id: string) =>
      `there is already a dashboard ${JSON.stringify(title)} with the id ${id}; send "replace": true to put this one in its place`,
  },
  DASHBOARD_OF_FILE: {
    status: 409,
    text: (id: string, file: string) =>
      `the dashboard ${id} comes from ${file}, which the server was started with: change or remove that file and reload`,
  },
  BODY_TOO_LARGE: { status: 413, text: (limit: number) => `expected at most ${limit} bytes` },
  CONTENT_TYPE_WRONG: {
    status: 415,
    text: (got: string) => `expected content-type application/json, got ${JSON.stringify(got)}`,
  },
  STATE_CONFLICT: {
    status: 409,
    text: (what: string) => `${what} was changed by somebody else at the same moment; try again`,
  },
  TAILS_TOO_MANY: { status: 503, text: (limit: number) => `${limit} live tails are open already` },
  INTERNAL: {
    status: 500,
    text: (requestId: string) =>
      `something is wrong in this program; its log has the details under request ${requestId}`,
  },
  ADDRESS_NOT_LOCAL: {
    status: 500,
    text: (flag: string, address: string) =>
      `${flag} ${address} can be reached from other machines, and there is no token yet: make one with "holter token create", or say --insecure`,
  },
  ADDRESS_UNPROTECTED: {
    status: 500,
    text: (flag: string, address: string) =>
      `${flag} ${address} can be reached from other machines, and its protocol carries no token: listen on loopback, or say --insecure`,
  },
  ADDRESS_UNUSABLE: {
    status: 500,
    text: (flag: string, address: string, reason: string) => `cannot listen on ${address} (${flag}): ${reason}`,
  },
  DATA_DIRECTORY_UNUSABLE: {
    status: 500,
    text: (directory: string, reason: string) => `cannot write to the data directory ${directory}: ${reason}`,
  },
  RELOAD_REFUSED: { status: 422, text: (problems: string) => `nothing was changed: ${problems}` },
  FILE_UNREADABLE: { status: 500, text: (file: string, reason: string) => `cannot read ${file}: ${reason}` },
  SETTING_WRONG: { status: 500, text: (problem: string) => problem },
  FILE_UNUSABLE: { status: 500, text: (file: string, reason: string) => `${file}: ${reason}` },
} as const satisfies ErrorTable;
