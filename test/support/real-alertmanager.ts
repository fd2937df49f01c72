// A real Alertmanager in a temporary folder.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersAt, startOnFreePort, type StartedProgram } from './start-on-free-port.ts';

/** An alert as GET /api/v2/alerts shows it. */
export interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  /** When it was heard of last. */
  readonly updatedAt: string;
  readonly generatorURL: string;
  readonly status: { readonly state: string };
}

export class RealAlertmanager {
  readonly #program: StartedProgram;
  readonly #folder: string;

  private constructor(program: StartedProgram, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** HOST:PORT */
  get address(): string {
    return `127.0.0.1:${this.#program.port}`;
  }

  static async start(program: string): Promise<RealAlertmanager> {
    const folder = mkdtempSync(join(tmpdir(), 'holter-alertmanager-'));
    writeFileSync(join(folder, 'alertmanager.yml'), 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n');
    const flags = [`--config.file=${join(folder, 'alertmanager.yml')}`, `--storage.path=${join(folder, 'data')}`];
    const start = (port: number): ChildProcess =>
      spawn(program, [...flags, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], {
        stdio: 'ignore',
      });
    return new RealAlertmanager(await startOnFreePort(start, answersAt('/-/ready')), folder);
  }

  /** The alerts that it has. */
  async alerts(): Promise<readonly ShownAlert[]> {
    const response = await fetch(`http://${this.address}/api/v2/alerts`);
    return (await response.json()) as ShownAlert[];
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
