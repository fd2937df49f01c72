// Registers every route of the own API with its validators, its permission and its handler.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { API_PREFIX, routes, type Route, type RouteName } from '../../api/routes.ts';
import type { AccessControl, Caller } from '../auth/access-control.ts';
import type { Address } from '../../config/setting-values.ts';
import type { Call, Handlers } from './handler.ts';

type AnyHandler = (call: Call<RouteName>) => Promise<unknown>;

function abortWhenGone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Error('the client has gone'));
  });
  return controller.signal;
}

/** `listenAddress` tells where the app listens, for the rules of access. */
export function registerRoutes(
  app: FastifyInstance,
  handlers: Handlers,
  access: AccessControl,
  listenAddress: () => Address,
): void {
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const handler = handlers[name] as AnyHandler;
    app.route({
      method: route.method,
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      url: API_PREFIX + route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const caller: Caller | undefined =
          route.access === 'open'
            ? access.identify(request.headers, listenAddress())
            : access.authorize(request.headers, listenAddress(), route.access);
        const call = {
          params: route.params?.parse(request.params),
          query: route.query?.parse(request.query),
          body: route.body?.parse(request.body),
          caller,
          signal: abortWhenGone(reply),
          request,
          reply,
        } as Call<RouteName>;
        const answer = await handler(call);
        if (route.response === 'events') return reply;
        void reply.header('cache-control', 'no-store');
        return answer;
      },
    });
  }
}
