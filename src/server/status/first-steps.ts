// What to paste into a Python service so that it is seen here, with the addresses that are really open.
import type { FirstStepsResponse } from '../../api/status.ts';
import { formatAddress, isLoopback, type Address } from '../../config/setting-values.ts';

const ANY_ADDRESS = new Set(['0.0.0.0', '::']);

export interface FirstStepsFacts {
  readonly otlpHttp: Address | undefined;
  readonly otlpGrpc: Address | undefined;
  /** The name by which the reader's browser reaches this server. */
  readonly hostName: string;
  readonly needsToken: boolean;
}

/** The address as another program has to write it. */
function reachable({ host, port }: Address, hostName: string): string {
  return formatAddress({ host: ANY_ADDRESS.has(host) ? hostName : host, port });
}

export function describeFirstSteps({ otlpHttp, otlpGrpc, hostName, needsToken }: FirstStepsFacts): FirstStepsResponse {
  const steps: FirstStepsResponse['steps'] = [];
  const token = needsToken ? "export OTEL_EXPORTER_OTLP_HEADERS='authorization=Bearer%20TOKEN'\n" : '';
  const otlp = otlpHttp ?? otlpGrpc;
  if (otlp !== undefined) {
    const protocol = otlpHttp === undefined ? 'grpc' : 'http/protobuf';
    steps.push({
      id: 'opentelemetry',
      language: 'sh',
      text:
        'pip install opentelemetry-distro opentelemetry-exporter-otlp\nopentelemetry-bootstrap -a install\n' +
        `export OTEL_SERVICE_NAME=shop\nexport OTEL_EXPORTER_OTLP_PROTOCOL=${protocol}\n` +
        `export OTEL_EXPORTER_OTLP_ENDPOINT=http://${reachable(otlp, hostName)}\n${token}` +
        'export OTEL_LOGS_EXPORTER=otlp OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true\n' +
        'opentelemetry-instrument python app.py',
    });
  }
  steps.push(
    { id: 'log-files', language: 'sh', text: "npx holter server --tail '/var/log/myapp/*.log'" },
    { id: 'scrape', language: 'sh', text: 'npx holter server prometheus.yml' },
  );
  if (otlpHttp !== undefined) {
    const header = needsToken ? " -H 'authorization: Bearer TOKEN'" : '';
    const record = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}';
    steps.push({
      id: 'try',
      language: 'sh',
      text: `curl http://${reachable(otlpHttp, hostName)}/v1/logs -H 'content-type: application/json'${header} -d '${record}'`,
    });
  }
  return { steps };
}

/** The name in a Host header, for addresses that listen on every interface. */
export function hostNameForReader(listen: Address, hostHeader: string | undefined): string {
  if (isLoopback(listen.host)) return '127.0.0.1';
  const name = /^(\[[^\]]*\]|[^:]*)/.exec(hostHeader ?? '')?.[1] ?? '';
  return name === '' ? listen.host : name.replace(/^\[|\]$/g, '');
}
