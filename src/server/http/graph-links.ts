// /graph?g0.expr=…: where links in alerts lead, as they lead to Prometheus' own pages. Here they open the explorer.
import type { FastifyInstance } from 'fastify';

const EXPRESSION = /^g(\d)\.expr$/;
const MAX_QUERIES = 8;

/** The explorer's address with the expressions of a Prometheus link, in their order. */
export function explorerAddress(search: URLSearchParams): string {
  const expressions = [...search]
    .flatMap(([name, text]) => {
      const place = EXPRESSION.exec(name)?.[1];
      return place === undefined || text === '' ? [] : [[Number(place), text] as const];
    })
    .toSorted(([left], [right]) => left - right)
    .slice(0, MAX_QUERIES);
  const query = new URLSearchParams(expressions.map(([, text], at) => [at === 0 ? 'q' : `q${at + 1}`, text]));
  return query.size === 0 ? '/ui/metrics' : `/ui/metrics?${query.toString()}`;
}

export function registerGraphLinks(app: FastifyInstance): void {
  app.get('/graph', (request, reply) =>
    reply.redirect(explorerAddress(new URL(request.url, 'http://localhost').searchParams)),
  );
}
