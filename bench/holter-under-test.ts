// A Holter server as a process of its own, with what it costs and what it says of itself.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { costOf, familyOf, type ProcessCost } from './process-meter.ts';

const root = resolve(import.meta.dirname, '..');

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** One server on free ports; `folder` holds its data and survives `kill`. */
export class HolterUnderTest {
  readonly folder: string;
  #child: ChildProcess | undefined;
  #http = 0;
  #otlp = 0;

  constructor() {
    // Not in /tmp, which may be memory: the disk is part of what is measured.
    this.folder = mkdtempSync(join(root, '.cache/bench-'));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#http}`;
  }

  get otlp(): string {
    return `http://127.0.0.1:${this.#otlp}`;
  }

  /** Starts it and resolves with the milliseconds until it said that it is ready. */
  async start(...args: readonly string[]): Promise<number> {
    [this.#http, this.#otlp] = [await freePort(), await freePort()];
    const addresses = ['--http', `127.0.0.1:${this.#http}`, '--otlp-http', `127.0.0.1:${this.#otlp}`];
    const off = ['--otlp-grpc', 'off'];
    const began = performance.now();
    this.#child = spawn(
      process.execPath,
      [join(root, 'bin/holter.js'), 'server', '--data', join(this.folder, 'data'), ...addresses, ...off, ...args],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    for (;;) {
      try {
        if ((await fetch(`${this.url}/-/ready`)).ok) return performance.now() - began;
      } catch {
        // Not listening yet.
      }
      if (this.#child.exitCode !== null) throw new Error(`the server ended with exit code ${this.#child.exitCode}`);
      await sleep(5);
    }
  }

  cost(): ProcessCost {
    return costOf(familyOf(this.#child!.pid!));
  }

  /** Each process' resident share, front first. */
  shares(): number[] {
    return familyOf(this.#child!.pid!).map((pid) => costOf([pid]).pssBytes);
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(this.url + path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Resolves when everything received so far is in the engine. */
  async drained(): Promise<void> {
    for (;;) {
      const { total } = await this.get<{ total: { inSpool: number } }>('/api/holter/v1/ledger');
      if (total.inSpool === 0) return;
      await sleep(50);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child!;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
