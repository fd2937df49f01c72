// A route of the own API and the function that answers it.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { routes, RouteName } from '../../api/routes.ts';
import type { Caller } from '../auth/access-control.ts';

type Routes = typeof routes;
type Parsed<N extends RouteName, Part extends string> =
  Routes[N] extends Record<Part, infer T extends z.ZodType> ? z.output<T> : undefined;

/** What a handler gets, already validated. */
export interface Call<N extends RouteName> {
  readonly params: Parsed<N, 'params'>;
  readonly query: Parsed<N, 'query'>;
  readonly body: Parsed<N, 'body'>;
  /** Who asks; undefined only on routes that are open to everybody. */
  readonly caller: Caller | undefined;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Of a route of events: resolves when the stream has begun, which the handler writes itself. */
type Answer<N extends RouteName> = Routes[N]['response'] extends z.ZodType ? z.input<Routes[N]['response']> : void;
export type Handler<N extends RouteName> = (call: Call<N>) => Promise<Answer<N>>;
export type Handlers = { readonly [N in RouteName]: Handler<N> };
