// /-/healthy, /-/ready, /-/reload and /metrics: what operators and their tools ask.
import type { FastifyInstance } from 'fastify';
import type { Address } from '../../config/setting-values.ts';
import type { AccessControl } from '../auth/access-control.ts';
import type { AuditLog } from '../auth/audit-log.ts';
import type { MetricRegistry } from '../metrics/metric-registry.ts';
import type { Health } from '../status/health.ts';

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface OperationParts {
  readonly access: AccessControl;
  readonly audit: AuditLog;
  readonly health: Health;
  readonly registry: MetricRegistry;
  /** Reads the configuration files again; resolves to one sentence a file, throws FILE_UNUSABLE and changes nothing when one is wrong. */
  readonly reload: () => Promise<readonly string[]>;
  readonly listenAddress: () => Address;
}

export function registerOperations(app: FastifyInstance, parts: OperationParts): void {
  app.get('/-/healthy', (_request, reply) => reply.type('text/plain').send('healthy\n'));
  app.get('/-/ready', (_request, reply) => {
    const { ready, degraded } = parts.health.read();
    return reply.code(ready ? 200 : 503).send({ ready, degraded });
  });
  app.post('/-/reload', async (request) => {
    const caller = parts.access.authorize(request.headers, parts.listenAddress(), 'administer');
    const done = await parts.reload();
    await parts.audit.record(caller.name, 'configuration.reload', 'server', { files: done });
    return { reloaded: done };
  });
  app.get('/metrics', (request, reply) => {
    parts.access.authorize(request.headers, parts.listenAddress(), 'query');
    return reply.type(METRICS_TYPE).send(parts.registry.format());
  });
}
