// A real Alertmanager in a temporary folder.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE_MS = 20_000;

/** An alert as GET /api/v2/alerts shows it. */
export interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly status: { readonly state: string };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

export class RealAlertmanager {
  readonly #process: ChildProcess;
  readonly #folder: string;
  /** HOST:PORT */
  readonly address: string;

  private constructor(process: ChildProcess, folder: string, address: string) {
    this.#process = process;
    this.#folder = folder;
    this.address = address;
  }

  static async start(program: string): Promise<RealAlertmanager> {
    const folder = mkdtempSync(join(tmpdir(), 'holter-alertmanager-'));
    writeFileSync(join(folder, 'alertmanager.yml'), 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n');
    const address = `127.0.0.1:${await findFreePort()}`;
    const flags = [`--config.file=${join(folder, 'alertmanager.yml')}`, `--storage.path=${join(folder, 'data')}`];
    const own = [`--web.listen-address=${address}`, '--cluster.listen-address='];
    const started = new RealAlertmanager(spawn(program, [...flags, ...own], { stdio: 'ignore' }), folder, address);
    const until = Date.now() + PATIENCE_MS;
    while (Date.now() < until) {
      const isReady = await fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return started;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await started.stop();
    throw new Error(`Alertmanager is not ready after ${PATIENCE_MS / 1000} s`);
  }

  /** The alerts that it has. */
  async alerts(): Promise<readonly ShownAlert[]> {
    const response = await fetch(`http://${this.address}/api/v2/alerts`);
    return (await response.json()) as ShownAlert[];
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.on('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
