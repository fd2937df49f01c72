// What the operations and the service graph say.
import type { Operation, ServiceLink, ServiceNode } from '../../api/services.ts';

const spanKinds: Record<Operation['kind'], string> = {
  unspecified: 'unspecified',
  internal: 'internal',
  server: 'server',
  client: 'client',
  producer: 'producer',
  consumer: 'consumer',
};
const nodeKinds: Record<ServiceNode['kind'], string> = {
  service: 'service',
  database: 'database',
  queue: 'queue',
  external: 'external',
};
const linkKinds: Record<ServiceLink['kind'], string> = {
  call: 'call',
  message: 'message',
  database: 'database',
  publish: 'publishes',
  consume: 'consumes',
  external: 'external call',
};

export const tracesEnglish = {
  allCalls: 'All calls',
  anyKind: 'Any kind',
  callFrom: 'From',
  callTo: 'To',
  errorShare: 'Errors',
  kind: 'Kind',
  linkKinds,
  noCalls: 'No calls in this range',
  noOperations: 'No operation in this range',
  nodeKinds,
  operationsFound: (operations: string, hasMore: boolean) =>
    `${operations} operations${hasMore ? ', those with the most spans' : ''}`,
  perSecond: (rate: string) => `${rate}/s`,
  quantileNote: 'within 6.25 %',
  rate: 'Rate',
  serviceGraph: (services: string, calls: string) =>
    `What calls what: ${services} nodes, ${calls} kinds of calls; the table below has the figures.`,
  spanKinds,
  tracesOf: (service: string) => `Traces of ${service}`,
  traceViews: { list: 'Traces', operations: 'Operations', graph: 'Service graph' },
  unknownSides: (share: string) => `${share} of the calls have only one side`,
  viewOfTraces: 'View',
};
