import type { SessionResponse } from '../../api/tokens.ts';
import { parseDuration } from '../../api/time-point.ts';
import { codedError } from '../../base/coded-error.ts';
import type { Address } from '../../config/setting-values.ts';
import type { AccessControl, Caller } from '../auth/access-control.ts';
import type { AccessTokens } from '../auth/access-tokens.ts';
import type { AuditLog } from '../auth/audit-log.ts';
import { endedSessionCookie, makeSessionCookie } from '../auth/session-cookie.ts';
import { serverErrors } from '../errors.ts';
import type { Handlers } from '../http/handler.ts';

type TokenHandlers = Pick<
  Handlers,
  'listTokens' | 'createToken' | 'revokeToken' | 'readAudit' | 'readSession' | 'signIn' | 'signOut'
>;

export function tokenHandlers(
  tokens: AccessTokens,
  access: AccessControl,
  audit: AuditLog,
  listenAddress: () => Address,
): TokenHandlers {
  const describe = (caller: Caller | undefined): SessionResponse => ({
    required: access.needsToken(listenAddress()),
    signedIn: caller !== undefined,
    ...(caller === undefined ? {} : { name: caller.name }),
    permissions: [...(caller?.permissions ?? [])],
    administrator: caller?.administrator ?? false,
  });
  return {
    listTokens: () => Promise.resolve({ tokens: tokens.list() }),

    async createToken({ body, caller }) {
      const validFor = body.validFor === undefined ? undefined : parseDuration(body.validFor);
      if (validFor?.ok === false) throw codedError(serverErrors, 'REQUEST_INVALID', `validFor: ${validFor.error}`);
      const created = await tokens.create(body.name, body.permissions, validFor?.value);
      const detail = { name: created.name, permissions: created.permissions, expires: created.expires ?? null };
      await audit.record(caller?.name ?? '', 'token.create', created.id, detail);
      return created;
    },

    async revokeToken({ params, caller }) {
      const revoked = await tokens.revoke(params.id);
      await audit.record(caller?.name ?? '', 'token.revoke', revoked.id, { name: revoked.name });
      return {};
    },

    readAudit: ({ query }) => audit.list(query.limit, query.before),

    readSession: ({ caller }) => Promise.resolve(describe(caller)),

    signIn({ body, reply }) {
      const token = tokens.find(body.token);
      if (token === undefined) throw codedError(serverErrors, 'TOKEN_UNKNOWN');
      void reply.header('set-cookie', makeSessionCookie(access.sessionKey, token.id, Date.now()));
      return Promise.resolve(describe({ name: token.name, permissions: token.permissions, administrator: false }));
    },

    signOut({ reply }) {
      void reply.header('set-cookie', endedSessionCookie);
      return Promise.resolve({});
    },
  };
}
