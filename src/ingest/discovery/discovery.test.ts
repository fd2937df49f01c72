import { createSocket, type Socket } from 'node:dgram';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Discovery } from '../../config/prometheus/discovery.ts';
import { parsePrometheusConfig } from '../../config/prometheus/prometheus-config.ts';
import { until } from '../tail/tail.case.ts';
import { Discoverer } from './discoverer.ts';
import { searchNames } from './dns-source.ts';

let folder: string;
let discoverer: Discoverer | undefined;
let found: string[][] = [];
let problems: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holter-discovery-'));
  found = [];
  problems = [];
});
afterEach(async () => {
  await discoverer?.stop();
  discoverer = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Discovers as the lines of a job say; `found` gets all targets as text each time they change. */
async function discover(lines: string, dns?: { servers: string[] }): Promise<void> {
  const { config, problems: wrong } = parsePrometheusConfig(`scrape_configs:\n- job_name: j\n  ${lines}\n`, {
    directory: folder,
  });
  expect(wrong).toEqual([]);
  const settings: readonly Discovery[] = config!.jobs[0]!.discovery;
  discoverer = new Discoverer({
    settings,
    found: (groups) =>
      found.push(
        groups.flatMap(({ targets, labels }) =>
          targets.map((own) => [...own, ...labels].map(([name, value]) => `${name}=${value}`).join(' ')),
        ),
      ),
    report: (problem) => problems.push(problem),
    ...(dns === undefined ? {} : { dns }),
  });
  await discoverer.start();
}

test('files: JSON and YAML, looked at again when they change, kept when they break, gone when they go', async () => {
  mkdirSync(join(folder, 'targets'));
  const json = join(folder, 'targets/a.json');
  const yaml = join(folder, 'targets/b.yml');
  writeFileSync(json, '[\n\t{"targets": ["a:1", "a:2"], "labels": {"区": "东"}}\n]');
  writeFileSync(yaml, "- targets: ['b:1']\n");
  await discover("file_sd_configs: [{ files: ['targets/*.json', targets/b.yml] }]");
  const a = [`__address__=a:1 区=东 __meta_filepath=${json}`, `__address__=a:2 区=东 __meta_filepath=${json}`];
  expect(found).toEqual([[...a, `__address__=b:1 __meta_filepath=${yaml}`]]);

  writeFileSync(yaml, "- targets: ['b:1', 'b:2']\n  label: { x: y }\n");
  await until(() => problems.length === 1, 'the broken file was complained about');
  expect(problems[0]).toBe(`${yaml}: 2:3: [0].label: unknown field "label"; did you mean labels?`);
  writeFileSync(yaml, '- targets: [b:3]\n');
  await until(() => found.length === 2, 'the mended file was read');
  expect(found[1]).toEqual([...a, `__address__=b:3 __meta_filepath=${yaml}`]);
  rmSync(json);
  await until(() => found.length === 3, 'the file has gone');
  expect(found[2]).toEqual([`__address__=b:3 __meta_filepath=${yaml}`]);
});

test('files are also looked at every refresh_interval, for folders that cannot be watched', async () => {
  await discover("file_sd_configs: [{ files: ['later/*.yml'], refresh_interval: 50ms }]");
  expect(found).toEqual([[]]);
  mkdirSync(join(folder, 'later'));
  writeFileSync(join(folder, 'later/a.yml'), '- targets: [a:1]\n');
  await until(() => found.length === 2, 'the folder was found');
  expect(problems).toEqual([]);
});

test('HTTP: a list of targets as JSON; while it fails, they stay', async () => {
  let answer = (): [status: number, type: string, body: string] => [
    200,
    'application/json; charset=utf-8',
    '[{"targets":["a:1"],"labels":{"x":"1"}}]',
  ];
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(
      `${request.headers.authorization} ${request.headers['x-prometheus-refresh-interval-seconds'] as string}`,
    );
    const [status, type, body] = answer();
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/targets`;
  try {
    await discover(`http_sd_configs: [{ url: '${url}', refresh_interval: 1s, bearer_token: s }]`);
    expect(found).toEqual([[`__address__=a:1 x=1 __meta_url=${url}`]]);
    expect(asked[0]).toBe('Bearer s 1');
    const failures: readonly (readonly [number, string, string, string])[] = [
      [500, 'application/json', '[]', `${url}: expected status 200, got 500`],
      [200, 'text/html', '[]', `${url}: expected the content type application/json, got "text/html"`],
      [200, 'application/json', '[{"targets":[1]', `${url}: not valid JSON: `],
      [200, 'application/json', '[{"target":["a:1"]}]', `${url}: [0].target: unknown field "target"`],
    ];
    for (const [status, type, body, complaint] of failures) {
      answer = () => [status, type, body];
      await until(() => problems.at(-1)?.startsWith(complaint) === true, complaint);
    }
    expect(found).toHaveLength(1);
    answer = () => [200, 'application/json', '[]'];
    await until(() => found.length === 2, 'an empty list was read');
    expect(found[1]).toEqual([]);
    expect(problems).toHaveLength(failures.length);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** A DNS server for the tests: answers of `records` by "TYPE name", anything else does not exist. */
class DnsServer {
  readonly #socket: Socket = createSocket('udp4');
  readonly records = new Map<string, readonly Buffer[]>();
  isBroken = false;

  async start(): Promise<string> {
    this.#socket.on('message', (message, { port, address }) => this.#socket.send(this.#answer(message), port, address));
    await new Promise<void>((done) => this.#socket.bind(0, '127.0.0.1', done));
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }

  static name(text: string): Buffer {
    const labels = text.split('.').filter((label) => label !== '');
    return Buffer.concat([
      ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
      Buffer.of(0),
    ]);
  }

  #answer(question: Buffer): Buffer {
    let end = 12;
    const labels: string[] = [];
    for (let length = question[end]!; length > 0; length = question[end]!) {
      labels.push(question.toString('ascii', end + 1, end + 1 + length));
      end += length + 1;
    }
    const type = question.readUInt16BE(end + 1);
    const records = this.records.get(`${type} ${labels.join('.').toLowerCase()}`);
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | (this.isBroken ? 2 : records === undefined ? 3 : 0), 2);
    head.writeUInt16BE(1, 4);
    const given = this.isBroken ? [] : (records ?? []);
    head.writeUInt16BE(given.length, 6);
    const answers = given.map((data) => {
      const record = Buffer.alloc(12);
      record.writeUInt16BE(0xc00c, 0);
      record.writeUInt16BE(type, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt16BE(data.length, 10);
      return Buffer.concat([record, data]);
    });
    return Buffer.concat([head, question.subarray(12, end + 5), ...answers]);
  }
}

test('DNS: A, AAAA, SRV, MX and NS records; a name that goes takes its targets along, a server that fails does not', async () => {
  const server = new DnsServer();
  const address = await server.start();
  server.records.set('1 app.test', [Buffer.of(10, 0, 0, 1), Buffer.of(10, 0, 0, 2)]);
  server.records.set('28 app.test', [Buffer.from('fd000000000000000000000000000001', 'hex')]);
  server.records.set('33 _m._tcp.app.test', [
    Buffer.concat([Buffer.of(0, 1, 0, 1, 0x1f, 0x90), DnsServer.name('srv.test')]),
  ]);
  server.records.set('15 mail.test', [Buffer.concat([Buffer.of(0, 10), DnsServer.name('mx.test')])]);
  server.records.set('2 zone.test', [DnsServer.name('ns.test')]);
  try {
    await discover(
      `dns_sd_configs:
  - { names: [app.test.], type: A, port: 80, refresh_interval: 100ms }
  - { names: [app.test.], type: AAAA, port: 80 }
  - { names: [_m._tcp.app.test.] }
  - { names: [mail.test.], type: MX, port: 25 }
  - { names: [zone.test., nothing.test.], type: NS, port: 53 }`,
      { servers: [address] },
    );
    expect(found[0]!.toSorted()).toEqual([
      '__address__=10.0.0.1:80 __meta_dns_name=app.test.',
      '__address__=10.0.0.2:80 __meta_dns_name=app.test.',
      '__address__=[fd00::1]:80 __meta_dns_name=app.test.',
      '__address__=mx.test:25 __meta_dns_mx_record_target=mx.test. __meta_dns_name=mail.test.',
      '__address__=ns.test:53 __meta_dns_ns_record_target=ns.test. __meta_dns_name=zone.test.',
      '__address__=srv.test:8080 __meta_dns_srv_record_target=srv.test. __meta_dns_srv_record_port=8080 __meta_dns_name=_m._tcp.app.test.',
    ]);
    server.isBroken = true;
    await until(() => problems.length === 1, 'the failure was told');
    expect(problems[0]).toContain('app.test.: ');
    expect(found).toHaveLength(1);
    server.isBroken = false;
    server.records.delete('1 app.test');
    await until(() => found.length === 2, 'the name has gone');
    expect(found[1]!.filter((line) => line.includes('10.0.0.'))).toEqual([]);
    expect(found[1]).toHaveLength(4);
  } finally {
    server.close();
  }
});

test('names are tried with the search list of resolv.conf', () => {
  const resolv = 'nameserver 1.1.1.1\nsearch a.test b.test\noptions ndots:2 rotate\n';
  expect(searchNames('db', resolv)).toEqual(['db.a.test', 'db.b.test', 'db']);
  expect(searchNames('x.db.c', resolv)).toEqual(['x.db.c', 'x.db.c.a.test', 'x.db.c.b.test']);
  expect(searchNames('db.', resolv)).toEqual(['db.']);
  expect(searchNames('db.c', '')).toEqual(['db.c']);
});
