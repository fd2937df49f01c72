// Operations and the service graph of the fixture's shop.
import type {
  Operation,
  OperationsResponse,
  ServiceGraphResponse,
  ServiceLink,
  ServiceNode,
} from '../../src/api/services.ts';
import { spansOf } from './fixture-data.ts';

const statistics = { rowsRead: 4200, bytesRead: 92_000, milliseconds: 3 };
const STEPS = 40;

/** What the fixture's server answers for these parameters. */
export function operations(asked: URLSearchParams): OperationsResponse {
  const is = (name: string, value: string): boolean => [null, value].includes(asked.get(name));
  const withSeries = Number(asked.get('buckets') ?? 0) > 0;
  const all = spansOf(0).map((span, place): Operation => {
    const spans = 4000 - place * 370;
    const steps = Array.from({ length: STEPS }, (_, step) =>
      Math.round((spans / STEPS) * (1 + 0.3 * Math.sin(step / 3 + place))),
    );
    return {
      service: span.service,
      operation: span.name,
      kind: span.kind,
      spans,
      rate: spans / 3600,
      errors: place === 3 ? 48 : 0,
      mean: String(30e6 + place * 1e6),
      p50: String(12e6 + place * 1e6),
      p95: String(180e6 - place * 9e6),
      p99: String(460e6),
      ...(withSeries ? { series: { spans: steps, errors: steps.map(() => 0) } } : {}),
    };
  });
  const found = all.filter(({ service, kind }) => is('service', service) && is('kind', kind));
  return {
    operations: found,
    truncated: false,
    ...(withSeries ? { series: { start: '0', interval: '90000000000' } } : {}),
    sampled: false,
    statistics,
  };
}

const node = (
  kind: ServiceNode['kind'],
  name: string,
  calls: number,
  errors = 0,
  more: Partial<ServiceNode> = {},
): ServiceNode => ({
  id: `${kind}:${name}`,
  kind,
  name,
  calls,
  errors,
  rate: calls / 3600,
  entries: 0,
  unknownClients: 0,
  unknownServers: 0,
  ...more,
});

const link = (from: string, to: string, kind: ServiceLink['kind'], calls: number, errors = 0): ServiceLink => ({
  from,
  to,
  kind,
  calls,
  rate: calls / 3600,
  errors,
  mean: '31000000',
  p50: '22000000',
  p95: '180000000',
  p99: '420000000',
});

export const serviceGraph: ServiceGraphResponse = {
  from: '0',
  to: '3600000000000',
  nodes: [
    node('service', 'gateway', 12_400, 61, { entries: 12_400 }),
    node('service', 'orders', 9800, 61),
    node('service', 'payments', 4100, 58, { unknownServers: 12 }),
    node('service', 'inventory', 9100),
    node('service', '通知服务', 3900, 0, { unknownClients: 40 }),
    node('database', 'postgresql/shop', 17_600),
    node('database', 'redis/cache-1', 8000),
    node('queue', 'kafka/orders.created', 3900),
    node('external', 'api.payment-provider.example.com', 4100, 46),
  ],
  links: [
    link('service:orders', 'database:postgresql/shop', 'database', 9800),
    link('service:gateway', 'service:orders', 'call', 9800, 61),
    link('service:orders', 'service:inventory', 'call', 9100),
    link('service:gateway', 'database:redis/cache-1', 'database', 8000),
    link('service:inventory', 'database:postgresql/shop', 'database', 7800),
    link('service:orders', 'service:payments', 'call', 4100, 58),
    link('service:payments', 'external:api.payment-provider.example.com', 'external', 4100, 46),
    link('service:orders', 'queue:kafka/orders.created', 'publish', 3900),
    link('queue:kafka/orders.created', 'service:通知服务', 'consume', 3900),
    link('service:通知服务', 'service:gateway', 'call', 12),
  ],
  truncated: false,
  sampled: false,
  statistics,
};
