import { statfs } from 'node:fs/promises';
import type { Address } from '../../config/setting-values.ts';
import type { StorageResponse } from '../../api/storage.ts';
import { isOwnSource } from '../../api/own-source.ts';
import type { StatusResponse } from '../../api/status.ts';
import type { AccessControl } from '../auth/access-control.ts';
import type { Handlers } from '../http/handler.ts';
import type { Addresses } from '../status/addresses.ts';
import { describeFirstSteps, hostNameForReader } from '../status/first-steps.ts';
import type { Health } from '../status/health.ts';
import type { LiveTail } from '../tail/live-tail.ts';
import type { SourceFacts } from './sources.ts';

/** What the status pages ask of the parts of the server. */
export interface StatusFacts {
  readonly version: string;
  readonly startedMillis: number;
  readonly dataDirectory: string;
  readonly health: Health;
  readonly addresses: Addresses;
  readonly tail: LiveTail;
  readonly sources: SourceFacts;
  readonly access: AccessControl;
  readonly listenAddress: () => Address;
  readonly store: () => StatusResponse['store'];
  readonly tables: () => Promise<Pick<StorageResponse, 'tables' | 'partitions'>>;
  readonly spool: () => StorageResponse['spool'];
  readonly retention: () => StorageResponse['retention'];
}

const nanosOf = (millis: number): string => String(BigInt(Math.round(millis)) * 1_000_000n);

export function statusHandlers(facts: StatusFacts): Pick<Handlers, 'readStatus' | 'readStorage' | 'readFirstSteps'> {
  return {
    readStatus() {
      const { ready, degraded } = facts.health.read();
      return Promise.resolve({
        version: facts.version,
        node: process.version,
        started: nanosOf(facts.startedMillis),
        now: nanosOf(Date.now()),
        addresses: facts.addresses.describe(),
        ready,
        degraded: [...degraded],
        store: facts.store(),
        tails: facts.tail.size,
        hasData: facts.sources.ledger().some(({ source, received }) => received > 0 && !isOwnSource(source)),
      });
    },

    async readStorage() {
      const disk = await statfs(facts.dataDirectory);
      return {
        ...(await facts.tables()),
        spool: facts.spool(),
        disk: {
          path: facts.dataDirectory,
          totalBytes: disk.blocks * disk.bsize,
          freeBytes: disk.bavail * disk.bsize,
        },
        retention: facts.retention(),
      };
    },

    readFirstSteps({ request }) {
      const listen = facts.listenAddress();
      return Promise.resolve(
        describeFirstSteps({
          otlpHttp: facts.addresses.find('otlp-http'),
          otlpGrpc: facts.addresses.find('otlp-grpc'),
          hostName: hostNameForReader(listen, request.headers.host),
          needsToken: facts.access.needsToken(listen),
        }),
      );
    },
  };
}
