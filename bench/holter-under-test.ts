// A Holter server as a process of its own, with what it costs and what it says of itself.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { environmentOf, flagsOf } from '../bin/launch.js';
import type { LedgerResponse } from '../src/api/sources.ts';
import { costOf, familyOf, type ProcessCost } from './process-meter.ts';

/** The store needs longer than this to start. */
const STORE_KILL_MILLIS = 200;
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
  readonly #agent = new Agent({ keepAlive: true });
  #flags: readonly string[] = [];
  #environment: NodeJS.ProcessEnv = {};
  #child: ChildProcess | undefined;
  #http = 0;
  #otlp = 0;

  constructor() {
    // Not in /tmp, which may be memory: the disk is part of what is measured.
    this.folder = mkdtempSync(join(root, '.cache/bench-'));
  }

  /**
   * From the next start on: flags for Node itself, and an environment for all of its processes, of a profiler. It starts as the launcher
   * would begin it again: a program that is replaced while it is profiled dies of the profiler's signal.
   */
  profile(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): void {
    this.#flags = [...flagsOf(['server']), ...flags];
    this.#environment = { ...environmentOf(['server']), ...environment };
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
      [
        ...this.#flags,
        join(root, 'bin/holter.js'),
        'server',
        '--data',
        join(this.folder, 'data'),
        ...addresses,
        ...off,
        ...args,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...this.#environment } },
    );
    for (;;) {
      try {
        if ((await fetch(`${this.url}/-/ready`)).ok) return performance.now() - began;
      } catch {
        // Not listening yet.
      }
      const { exitCode, signalCode } = this.#child;
      if (exitCode !== null || signalCode !== null) throw new Error(`the server ended with ${signalCode ?? exitCode}`);
      await sleep(5);
    }
  }

  cost(): ProcessCost {
    return costOf(familyOf(this.#child!.pid!));
  }

  /** Process ids, front first. */
  pids(): number[] {
    return familyOf(this.#child!.pid!);
  }

  /** Each process' resident share, front first. */
  shares(): number[] {
    return this.pids().map((pid) => costOf([pid]).pssBytes);
  }

  /** Kills the store again and again until the returned function is called. */
  keepStoreDown(): () => void {
    const timer = setInterval(() => {
      for (const pid of this.pids().slice(1)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It was dead already.
        }
      }
    }, STORE_KILL_MILLIS);
    return () => clearInterval(timer);
  }

  get<T>(path: string): Promise<T> {
    return this.#ask('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#ask('POST', path, JSON.stringify(body));
  }

  /** Not by fetch, which takes half a millisecond more for itself: what is timed is the server. */
  #ask<T>(method: string, path: string, body = ''): Promise<T> {
    const headers = {
      'accept-encoding': 'gzip',
      ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    return new Promise((resolve, reject) => {
      const asked = request(this.url + path, { agent: this.#agent, method, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.once('error', reject);
        response.once('end', () => {
          const bytes = Buffer.concat(pieces);
          const text = (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text) as T);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      asked.once('error', reject).end(body);
    });
  }

  /** Rows of the sources whose names begin so; the server's own metrics are sources, too. */
  async rowsOf(prefix: string): Promise<{ readonly stored: number; readonly inSpool: number }> {
    const { sources } = await this.get<LedgerResponse>('/api/holter/v1/ledger');
    const counts = sources.filter(({ source }) => source.startsWith(prefix)).map((source) => source.counts);
    const sum = (key: 'stored' | 'inSpool'): number => counts.reduce((total, { [key]: rows }) => total + rows, 0);
    return { stored: sum('stored'), inSpool: sum('inSpool') };
  }

  /** Resolves when everything that came so far from the sources whose names begin so is in the engine. */
  async drained(prefix = 'otlp'): Promise<void> {
    while ((await this.rowsOf(prefix)).inSpool > 0) await sleep(50);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child!;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    this.#agent.destroy();
    child.kill(signal);
    await ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
