// A real server process on free ports of loopback, for tests that look at it from outside.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { StatusResponse } from '../../src/api/status.ts';

const HOLTER = resolve(import.meta.dirname, '../../bin/holter.js');
const START_PATIENCE_MILLIS = 90_000;
const STOP_PATIENCE_MILLIS = 60_000;
const NO_FLAGS: readonly string[] = [];

/** Servers that a test that failed has left behind end with the process that runs the tests. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface ServerOptions {
  /** Further flags and files; they win over the ones that this sets. */
  readonly flags?: readonly string[];
  /** Kept when it is given; else a new one that goes with `remove`. */
  readonly dataDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the server reads on its standard input. */
  readonly input?: string;
  /** For reading the status, where tokens are asked for. */
  readonly token?: string;
}

export interface HolterServer {
  readonly url: string;
  /** http://HOST:PORT; '' when it is off. */
  readonly otlpHttp: string;
  /** HOST:PORT; '' when it is off. */
  readonly otlpGrpc: string;
  /** HOST:PORT of an address by its name in /status. */
  addressOf(name: string): string;
  readonly dataDir: string;
  readonly pid: number;
  readonly child: ChildProcess;
  /** Everything that it printed so far. */
  readonly output: () => string;
  status(): Promise<StatusResponse>;
  /** Process id of the store that runs now. */
  storePid(): Promise<number>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill9(): Promise<void>;
  /** Stops it if it runs, and removes the data directory if it is ours. */
  remove(): Promise<void>;
}

/** Runs `holter server` to its end, for starts that fail; resolves to exit code and output. */
export async function runServerToEnd(flags: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [HOLTER, 'server', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), START_PATIENCE_MILLIS);
  const code = await new Promise<number | null>((done) => child.on('close', done));
  clearTimeout(timer);
  return { code, output };
}

export async function startServer(options: ServerOptions = {}): Promise<HolterServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'holter-'));
  const flags = [
    '--data',
    dataDir,
    '--http',
    '127.0.0.1:0',
    '--otlp-http',
    '127.0.0.1:0',
    '--otlp-grpc',
    '127.0.0.1:0',
    // A test counts what it sends itself.
    '--host-metrics',
    'false',
  ];
  const child = spawn(process.execPath, [HOLTER, 'server', ...flags, ...(options.flags ?? NO_FLAGS)], {
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
  });
  child.stdin?.end(options.input);
  running.add(child);
  const ended = new Promise<number | null>((done) => child.on('close', done));
  void ended.then(() => running.delete(child));
  const lines: string[] = [];
  let url = '';
  const ready = new Promise<void>((done, fail) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`the server was not ready in time:\n${lines.join('\n')}`));
    }, START_PATIENCE_MILLIS);
    createInterface(child.stdout!).on('line', (line) => {
      lines.push(line);
      url = /"msg":"http listens on (http:[^" ]+)/.exec(line)?.[1] ?? url;
      if (!line.includes('"msg":"ready after')) return;
      clearTimeout(timer);
      done();
    });
    createInterface(child.stderr!).on('line', (line) => lines.push(line));
    void ended.then((code) => {
      clearTimeout(timer);
      fail(new Error(`the server ended with ${String(code)}:\n${lines.join('\n')}`));
    });
  });
  await ready;
  const status = async (): Promise<StatusResponse> => {
    const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    const response = await fetch(`${url}/api/holter/v1/status`, { headers });
    return (await response.json()) as StatusResponse;
  };
  const { addresses } = await status();
  const addressOf = (name: string): string => {
    const found = addresses.find((address) => address.name === name && address.state === 'open');
    return found?.address ?? '';
  };
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MILLIS);
    const code = await ended;
    clearTimeout(timer);
    return code;
  };
  return {
    url,
    otlpHttp: addressOf('otlp-http') === '' ? '' : `http://${addressOf('otlp-http')}`,
    otlpGrpc: addressOf('otlp-grpc'),
    addressOf,
    dataDir,
    pid: child.pid!,
    child,
    output: () => lines.join('\n'),
    status,
    storePid: async () => {
      const { store } = await status();
      if (store.pid === undefined) throw new Error('the store does not run');
      return store.pid;
    },
    stop,
    kill9: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    remove: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
