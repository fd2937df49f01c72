// POST /api/v1/write: its body goes past the framework, straight to the receiver.
import type { FastifyInstance } from 'fastify';
import type { Address } from '../../config/setting-values.ts';
import { REMOTE_WRITE_PATH, type RemoteWriteReceiver } from '../../ingest/remote-write/receiver.ts';
import type { AccessControl } from '../auth/access-control.ts';

export interface RemoteWriteParts {
  readonly access: AccessControl;
  readonly listenAddress: () => Address;
  readonly remoteWrite: RemoteWriteReceiver;
}

export function registerRemoteWrite(app: FastifyInstance, parts: RemoteWriteParts): void {
  void app.register((inner, _options, done) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    inner.post(REMOTE_WRITE_PATH, async (request, reply) => {
      parts.access.authorize(request.headers, parts.listenAddress(), 'ingest');
      reply.hijack();
      await parts.remoteWrite.handle(request.raw, reply.raw);
    });
    done();
  });
}
