// The addresses that telemetry is sent to.
import type { Logger } from 'pino';
import { CodedError } from '../base/coded-error.ts';
import type { Log } from '../base/log.ts';
import type { Address } from '../config/setting-values.ts';
import type { Intake } from '../ingest/intake.ts';
import { openOtlpGrpcListener } from '../ingest/otlp/grpc-listener.ts';
import { openOtlpHttpListener, type Authorize } from '../ingest/otlp/http-listener.ts';
import { listenStatsd } from '../ingest/statsd/statsd-listener.ts';
import { TcpLines } from '../ingest/tcp/tcp-lines.ts';
import type { AccessControl } from './auth/access-control.ts';
import type { ListenerPlan, Listening } from './listeners.ts';
import type { MetricRegistry } from './metrics/metric-registry.ts';

export interface IngestParts {
  readonly intake: Intake;
  readonly access: AccessControl;
  readonly registry: MetricRegistry;
  readonly log: Logger;
}

/** A listener's authorizer, which tells a refusal as the protocol wants it. */
function authorizeIngest(access: AccessControl, address: Address, isGrpc: boolean): Authorize {
  return (headers) => {
    try {
      // A web page cannot speak gRPC without TLS, and gRPC has no Host header.
      access.authorize(
        isGrpc ? { authorization: headers.authorization, host: 'localhost' } : headers,
        address,
        'ingest',
      );
      return true;
    } catch (error) {
      if (error instanceof CodedError) return error;
      throw error;
    }
  };
}

function listenOtlp({ intake, access, log }: IngestParts, isGrpc: boolean): ListenerPlan['open'] {
  const open = isGrpc ? openOtlpGrpcListener : openOtlpHttpListener;
  return ({ host, port }) =>
    open({
      host,
      port,
      intake,
      authorize: authorizeIngest(access, { host, port }, isGrpc),
      onFault: (error) => log.error({ err: error }, 'an OTLP request failed'),
    });
}

function listenTcp(intake: Intake, registry: MetricRegistry, log: Log): (address: Address) => Promise<Listening> {
  return async ({ host, port }) => {
    const report = (peer: string, error: Error): void =>
      log.warn(`the TCP connection of ${peer} ended: ${error.message}`);
    const lines = new TcpLines({ intake, host, port, report });
    const open = await lines.start();
    registry.reading('gauge', 'holter_tcp_connections', 'Open connections of the TCP input', [], () => [
      [[], lines.statistics.connections],
    ]);
    registry.reading(
      'counter',
      'holter_tcp_turned_away_total',
      'Connections closed because there were too many',
      [],
      () => [[[], lines.statistics.turnedAway]],
    );
    return { address: { host, port: open }, close: () => lines.stop() };
  };
}

function openStatsd(intake: Intake, registry: MetricRegistry): (address: Address) => Promise<Listening> {
  return async ({ host, port }) => {
    const listener = await listenStatsd({ intake, host, port });
    const counters = [
      ['lines', 'holter_statsd_lines_total', 'StatsD lines that came'],
      ['malformed', 'holter_statsd_malformed_lines_total', 'StatsD lines that could not be read'],
      ['ignored', 'holter_statsd_ignored_lines_total', 'StatsD events and service checks, which are no metrics'],
      ['refused', 'holter_statsd_refused_lines_total', 'StatsD lines of series beyond the most that are kept'],
    ] as const;
    for (const [key, name, help] of counters)
      registry.reading('counter', name, help, [], () => [[[], listener.statistics[key]]]);
    registry.reading('gauge', 'holter_statsd_series', 'Series that StatsD lines have made', [], () => [
      [[], listener.statistics.series],
    ]);
    return { address: listener.address, close: () => listener.stop() };
  };
}

export function planIngestListeners(parts: IngestParts): readonly ListenerPlan[] {
  const { intake, registry, log } = parts;
  return [
    { setting: 'otlpGrpc', name: 'otlp-grpc', open: listenOtlp(parts, true) },
    { setting: 'otlpHttp', name: 'otlp-http', scheme: 'http', open: listenOtlp(parts, false) },
    { setting: 'tcp', name: 'tcp', open: listenTcp(intake, registry, log) },
    { setting: 'statsd', name: 'statsd', open: openStatsd(intake, registry) },
  ];
}
