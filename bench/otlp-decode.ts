// CPU a row of decoding OTLP into columns, on the bodies that the load program sends.
// Usage: node bin/run.js bench/otlp-decode.ts PATH-OF-LOAD [ROUNDS]
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeLogsProtobuf, decodeTracesProtobuf, type ExportDecoder } from '../src/formats/otlp/decode-export.ts';
import { TelemetryBlock } from '../src/model/telemetry-block.ts';

const [load, roundsText = '10'] = process.argv.slice(2);
if (load === undefined) {
  console.error('usage: node bin/run.js bench/otlp-decode.ts PATH-OF-LOAD [ROUNDS]');
  process.exit(2);
}
const BLOCK_ROWS = 200_000;

/** The bodies that one run of the load program posts. */
async function capture(args: readonly string[], path: string): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Uint8Array.from(Buffer.concat(chunks)));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const child = spawn(load!, [...args, '-url', `http://127.0.0.1:${port}${path}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  server.closeAllConnections();
  server.close();
  if (code !== 0) throw new Error(`${load} ${args.join(' ')} ended with ${code}`);
  return bodies;
}

function measure(name: string, bodies: readonly Uint8Array[], decode: ExportDecoder): void {
  const block = new TelemetryBlock();
  const context = { received: BigInt(Date.now()) * 1_000_000n, expiredBefore: { logs: 0n, spans: 0n, metrics: 0n } };
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  const figures: number[] = [];
  for (let round = 0; round < Number(roundsText); round++) {
    let rows = 0;
    const before = process.cpuUsage();
    for (const body of bodies) {
      if (block.rows >= BLOCK_ROWS) block.clear();
      rows += decode(body, context, block).counts.stored;
    }
    const { user, system } = process.cpuUsage(before);
    figures.push((user + system) / rows);
  }
  const sorted = figures.toSorted((a, b) => a - b);
  const text = figures.map((figure) => figure.toFixed(3)).join(' ');
  console.log(
    `${name}: median ${sorted[sorted.length >> 1]!.toFixed(3)} µs CPU a row, best ${sorted[0]!.toFixed(3)}; ${(bytes / 1e6).toFixed(0)} MB in ${bodies.length} bodies; rounds ${text}`,
  );
}

measure('logs', await capture(['logs', '-rows', '200000'], '/v1/logs'), decodeLogsProtobuf);
measure('spans', await capture(['spans', '-traces', '20000'], '/v1/traces'), decodeTracesProtobuf);
