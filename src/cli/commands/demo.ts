// `holter demo`: a server with nothing configured, the shop of examples/shop with its rules and its dashboard under load beside it, and a
// fault that strikes after a minute. Everything lives in a temporary folder and ends together.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../command.ts';

export const HELP = `usage: holter demo [--fault-after SECONDS] [--rate REQUESTS] [--http HOST:PORT]

Runs the server and a small Python shop (gateway, orders, payments, a database stand-in, customers) and shows the address to open.
After --fault-after seconds (60; 0 is never) the database holds a lock for a while, again and again. Ctrl-C ends everything.`;

const STOP_SECONDS = 12;
const READY_SECONDS = 30;
const services = ['gateway', 'orders', 'payments'] as const;
const roles = ['database', 'payments', 'orders', 'gateway', 'customers'] as const;

/** A free port of the loopback: `wanted` when nobody has it. */
function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort())));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function prometheusFile(ports: Readonly<Record<string, number>>): string {
  const targets = services.map(
    (name) => `      - targets: ['127.0.0.1:${ports[name]}']\n        labels: { service: ${name} }`,
  );
  return `global: { scrape_interval: 2s }\nscrape_configs:\n  - job_name: shop\n    static_configs:\n${targets.join('\n')}\n`;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function stopAll(children: readonly ChildProcess[]): Promise<void> {
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  const ended = running.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of running) child.kill('SIGTERM');
  const late = setTimeout(() => running.forEach((child) => child.kill('SIGKILL')), STOP_SECONDS * 1000);
  await Promise.all(ended);
  clearTimeout(late);
}

/** Runs until it is interrupted (0) or one of its parts cannot run (3). */
export async function run(args: readonly string[]): Promise<number> {
  const options = {
    'fault-after': { type: 'string', default: '60' },
    rate: { type: 'string', default: '15' },
  } as const;
  const { values } = readArguments({
    args: [...args],
    options: { ...options, http: { type: 'string' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'holter-demo-'));
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  // Whoever asks for any free port is told which one it is.
  const http = values.http?.replace(/:0$/, `:${await freePort()}`) ?? `127.0.0.1:${await freePort(7070)}`;
  const otlp = await freePort(4318);
  const ports: Record<string, number> = {};
  for (const role of roles) ports[role] = await freePort();
  writeFileSync(join(folder, 'prometheus.yml'), prometheusFile(ports));

  const children: ChildProcess[] = [];
  let finish: (code: number) => void = () => undefined;
  const finished = new Promise<number>((resolve) => (finish = resolve));
  const start = (
    name: string,
    command: string,
    words: readonly string[],
    stdio: ('pipe' | 'inherit' | 'ipc')[],
  ): void => {
    const child = spawn(command, words, { stdio });
    children.push(child);
    const lost = (why: string): void => {
      console.error(`holter demo: ${name} ${why}`);
      finish(3);
    };
    child.on('error', (error) =>
      lost(`cannot be started: ${error.message}${command === 'python3' ? '; the demo needs python3' : ''}`),
    );
    child.on('exit', (code, signal) => lost(`ended (${signal ?? `exit code ${code}`})`));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => finish(0));

  const holter = fileURLToPath(new URL('../../../bin/holter.js', import.meta.url));
  const addresses = ['--http', http, '--otlp-http', `127.0.0.1:${otlp}`, '--otlp-grpc', 'off'];
  const example = (name: string): string => fileURLToPath(new URL(`../../../examples/shop/${name}`, import.meta.url));
  const files = [join(folder, 'prometheus.yml'), example('alerts.yml'), example('dashboard.json')];
  const inputs = ['--tail', join(logs, '*.log'), ...files];
  const server = [holter, 'server', '--data', join(folder, 'data'), ...addresses, ...inputs];
  start('the server', process.execPath, server, ['inherit', 'inherit', 'inherit', 'ipc']);
  const shop = example('shop.py');
  const portList = Object.entries(ports).map(([name, port]) => `${name}=${port}`);
  const shared = [
    '--ports',
    portList.join(','),
    '--otlp',
    `http://127.0.0.1:${otlp}`,
    '--logs',
    logs,
    '--end-with-parent',
  ];
  const knobs = ['--fault-after', values['fault-after'], '--rate', values.rate];
  for (const role of roles)
    start(role, 'python3', ['-B', shop, role, ...shared, ...knobs], ['pipe', 'inherit', 'inherit']);

  const url = `http://${http}`;
  const deadline = Date.now() + READY_SECONDS * 1000;
  let isOver = false;
  const ready = (async () => {
    while (!isOver && Date.now() < deadline && !(await isReady(url)))
      await new Promise((resolve) => setTimeout(resolve, 100));
    if (isOver) return;
    const fault = Number(values['fault-after']);
    const warning = fault > 0 ? ` In ${fault} seconds its database locks up.` : '';
    console.log(`\nThe shop is open: ${url}/ui/${warning} Ctrl-C ends the demo.\n`);
  })();
  const code = await Promise.race([finished, ready.then(() => finished)]);
  isOver = true;
  for (const child of children) child.removeAllListeners('exit');
  await stopAll(children);
  rmSync(folder, { recursive: true, force: true });
  return code;
}
