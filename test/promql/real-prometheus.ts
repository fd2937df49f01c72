// A real Prometheus in a temporary folder, fed by remote write and asked over its HTTP API.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSeries, packSnappy } from '../../src/formats/remote-write/encode.case.ts';
import { answersAt, startOnFreePort, type StartedProgram } from '../support/start-on-free-port.ts';
import type { SampleSeries } from './sample-series.ts';

const FEATURES = 'promql-experimental-functions,promql-extended-range-selectors,promql-binop-fill-modifiers';
const BATCH = 10;

/** What the query API answers. */
export interface ApiAnswer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  readonly data?: {
    readonly resultType: 'vector' | 'matrix' | 'scalar' | 'string';
    readonly result: unknown;
  };
}

/** Writes series to the remote-write receiver at URL, ten a request. */
export async function writeSeries(url: string, series: readonly SampleSeries[]): Promise<void> {
  for (let i = 0; i < series.length; i += BATCH) {
    const message: number[] = [];
    for (const { labels, samples } of series.slice(i, i + BATCH))
      for (const byte of encodeSeries({ labels: [...labels], samples })) message.push(byte);
    const response = await fetch(`${url}/api/v1/write`, {
      method: 'POST',
      headers: {
        'content-encoding': 'snappy',
        'content-type': 'application/x-protobuf',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body: packSnappy(Uint8Array.from(message)),
    });
    if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
  }
}

/** Runs until `stop` is called. */
export class RealPrometheus {
  readonly #program: StartedProgram;
  readonly #folder: string;

  private constructor(program: StartedProgram, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** http://HOST:PORT */
  get url(): string {
    return `http://127.0.0.1:${this.#program.port}`;
  }

  /** `files` stand beside prometheus.yml, which is `configuration`. */
  static async start(
    program: string,
    configuration = 'global: {}\n',
    files: Readonly<Record<string, string>> = {},
  ): Promise<RealPrometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'holter-prometheus-'));
    writeFileSync(join(folder, 'prometheus.yml'), configuration);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const flags = ['--web.enable-remote-write-receiver', `--enable-feature=${FEATURES}`];
    const paths = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    const start = (port: number): ChildProcess =>
      spawn(program, [...flags, ...paths, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    return new RealPrometheus(await startOnFreePort(start, answersAt('/-/ready')), folder);
  }

  write(series: readonly SampleSeries[]): Promise<void> {
    return writeSeries(this.url, series);
  }

  async ask(path: string, parameters: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    const response = await fetch(`${this.url}${path}?${new URLSearchParams(parameters).toString()}`);
    return (await response.json()) as ApiAnswer;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
