// The programs that stand beside Holter in the benches: the load generator of the shared data folder, and the OpenTelemetry
// Collector with decode-and-drop, the yardstick. Both are built with Go into .cache/peers/ once.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { capture } from '../tools/run-tool.ts';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, '.cache/peers');
const COLLECTOR = 'v0.157.0';

async function go(cwd: string, ...args: readonly string[]): Promise<void> {
  const { code, output } = await capture('sh', ['-c', 'cd "$0" && exec "$@"', cwd, ...args]);
  if (code !== 0) throw new Error(`${args.join(' ')} failed:\n${output.trim().split('\n').slice(-5).join('\n')}`);
}

/** The load generator's path. */
export async function buildLoad(): Promise<string> {
  const path = join(folder, 'load');
  if (existsSync(path)) return path;
  const shared = process.env['HOLTER_SHARED'] ?? resolve(root, '../shared');
  if (!existsSync(join(shared, 'load/main.go'))) throw new Error('load/ is neither in $HOLTER_SHARED nor in ../shared');
  mkdirSync(folder, { recursive: true });
  await go(join(shared, 'load'), 'go', 'build', '-o', path, '.');
  return path;
}

/** The Collector's path and its configuration: OTLP over HTTP on `port`, everything dropped after decoding. */
export async function buildCollector(port: number): Promise<{ path: string; config: string; version: string }> {
  const work = join(folder, 'collector');
  const path = join(work, 'out/otelcol');
  mkdirSync(work, { recursive: true });
  if (!existsSync(path)) {
    const part = (kind: string, name: string): string =>
      `${kind}s:\n  - gomod: go.opentelemetry.io/collector/${kind}/${name} ${COLLECTOR}\n`;
    const parts =
      part('receiver', 'otlpreceiver') + part('processor', 'batchprocessor') + part('exporter', 'nopexporter');
    writeFileSync(
      join(work, 'build.yaml'),
      `dist: { name: otelcol, output_path: ./out, module: bench/otelcol }\n${parts}`,
    );
    await go(work, 'env', `GOBIN=${work}`, 'go', 'install', `go.opentelemetry.io/collector/cmd/builder@${COLLECTOR}`);
    await go(work, './builder', '--config', 'build.yaml');
  }
  const pipelines = ['logs', 'traces', 'metrics']
    .map((name) => `    ${name}: { receivers: [otlp], exporters: [nop] }`)
    .join('\n');
  const config = join(work, 'config.yaml');
  writeFileSync(
    config,
    `receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:${port} } } } }\nexporters: { nop: {} }\n` +
      `service:\n  telemetry: { metrics: { level: none }, logs: { level: error } }\n  pipelines:\n${pipelines}\n`,
  );
  return { path, config, version: COLLECTOR };
}
