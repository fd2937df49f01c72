import { z } from 'zod';
import { nanos } from './common.ts';

/** What a token may do; none of them includes another. */
export const permissions = ['ingest', 'query', 'diagnose'] as const;
export type Permission = (typeof permissions)[number];

export const token = z
  .object({
    id: z.string(),
    name: z.string(),
    permissions: z.array(z.enum(permissions)),
    created: nanos,
    expires: nanos.optional(),
    /** Exact to a minute. */
    lastUsed: nanos.optional(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof token>;
export const tokensResponse = z.object({ tokens: z.array(token) }).meta({ id: 'TokensResponse' });
export type TokensResponse = z.infer<typeof tokensResponse>;

export const tokenCreateRequest = z
  .object({
    name: z.string().trim().min(1).max(200),
    permissions: z.array(z.enum(permissions)).min(1),
    /** How long it is valid; for ever when absent. */
    validFor: z.string().max(40).optional(),
  })
  .meta({ id: 'TokenCreateRequest' });
export type TokenCreateRequest = z.infer<typeof tokenCreateRequest>;
export const tokenCreateResponse = token
  .extend({
    /** The token itself: shown this once, kept only as a hash. */
    secret: z.string(),
  })
  .meta({ id: 'TokenCreateResponse' });
export type TokenCreateResponse = z.infer<typeof tokenCreateResponse>;
export const tokenParams = z.object({ id: z.string().min(1).max(100) });

/** Signs a browser in: the token moves into a cookie that scripts cannot read. */
export const sessionRequest = z.object({ token: z.string().min(1).max(500) }).meta({ id: 'SessionRequest' });
export type SessionRequest = z.infer<typeof sessionRequest>;
export const sessionResponse = z
  .object({
    /** Whether this server asks for a token at all. */
    required: z.boolean(),
    /** Whether this request may do anything. */
    signedIn: z.boolean(),
    /** Name of the token. */
    name: z.string().optional(),
    permissions: z.array(z.enum(permissions)),
    /** Whether it may create and revoke tokens. */
    administrator: z.boolean(),
  })
  .meta({ id: 'SessionResponse' });
export type SessionResponse = z.infer<typeof sessionResponse>;

export const auditQuery = z
  .object({ limit: z.coerce.number().int().min(1).max(1000).default(100), before: z.string().max(100).optional() })
  .meta({ id: 'AuditQuery' });
export type AuditQuery = z.infer<typeof auditQuery>;
export const auditResponse = z
  .object({
    /** Newest first. */
    entries: z.array(
      z.object({
        id: z.string(),
        time: nanos,
        /** Name of the token, or who else it was. */
        who: z.string(),
        /** token.create, token.revoke, configuration.reload … */
        action: z.string(),
        target: z.string(),
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
    /** Give it as `before` for the next page; absent on the last one. */
    nextBefore: z.string().optional(),
  })
  .meta({ id: 'AuditResponse' });
export type AuditResponse = z.infer<typeof auditResponse>;
