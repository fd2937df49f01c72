// A real Prometheus as a process of its own, with what it costs.
import { spawn, type ChildProcess } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildGoProgram } from '../tools/go-program.ts';
import { costOf, type ProcessCost } from './process-meter.ts';

const root = resolve(import.meta.dirname, '..');
const VERSION = 'v0.315.0';

function freePort(): Promise<number> {
  return new Promise((resolvePort) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolvePort(port));
    });
  });
}

/** One Prometheus; `folder` holds its data and survives `kill`. */
export class PrometheusUnderTest {
  readonly folder = mkdtempSync(join(root, '.cache/bench-prometheus-'));
  #child: ChildProcess | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it, without a file scraping nothing, and resolves with the milliseconds until it said that it is ready. */
  async start(configFile?: string): Promise<number> {
    const program = await buildGoProgram(
      join(root, '.cache'),
      'github.com/prometheus/prometheus/cmd/prometheus',
      VERSION,
    );
    if (!program.ok) throw new Error(program.reason);
    this.#port = await freePort();
    const config = configFile ?? join(this.folder, 'prometheus.yml');
    if (configFile === undefined) writeFileSync(config, 'global: {}\n');
    const began = performance.now();
    this.#child = spawn(
      program.path,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(this.folder, 'data')}`,
        '--web.enable-remote-write-receiver',
        `--web.listen-address=127.0.0.1:${this.#port}`,
      ],
      { stdio: 'ignore' },
    );
    for (;;) {
      const isReady = await fetch(`${this.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return performance.now() - began;
      await sleep(5);
    }
  }

  cost(): ProcessCost {
    return costOf([this.#child!.pid!]);
  }

  /** Bytes a sample in the blocks that were written, with their index; undefined when there is none. */
  bytesASample(): number | undefined {
    let [bytes, samples] = [0, 0];
    for (const meta of globSync(join(this.folder, 'data/*/meta.json'))) {
      const { stats } = JSON.parse(readFileSync(meta, 'utf8')) as { stats: { numSamples: number } };
      samples += stats.numSamples;
      for (const file of globSync(join(meta, '../{index,chunks/*}'))) bytes += statSync(file).size;
    }
    return samples === 0 ? undefined : bytes / samples;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child!;
    const ended = new Promise((resolveEnd) => child.once('exit', resolveEnd));
    child.kill(signal);
    await ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
