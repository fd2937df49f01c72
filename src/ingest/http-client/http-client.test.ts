import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  httpClientFields,
  plainHttp,
  readHttpClient,
  type Oauth2Settings,
} from '../../config/prometheus/http-client.ts';
import { YamlSection } from '../../config/prometheus/yaml-section.ts';
import { YamlFile } from '../../config/yaml-reader.ts';
import { AccessToken } from './access-token.ts';
import { goesDirectly } from './no-proxy.ts';
import { HttpClient } from './http-client.ts';
import { readBody } from './read-body.ts';

const pem = (name: string): string => join(import.meta.dirname, '../../../test/data/tls', name);
const servers: Server[] = [];
let folder: string;
let client: HttpClient | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holter-http-'));
});
afterEach(async () => {
  client?.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(folder, { recursive: true, force: true });
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** What a client with these settings gets: the body, or the error. */
async function ask(settings: string, url: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const file = new YamlFile(settings);
  const read = readHttpClient(YamlSection.of(file.root!, 'settings', httpClientFields)!, folder);
  expect(file.problems).toEqual([]);
  client?.close();
  client = new HttpClient(read, environment);
  try {
    const response = await client.request(new URL(url), { signal: AbortSignal.timeout(60_000) });
    return new TextDecoder().decode(await readBody(response, 1000));
  } catch (error) {
    return `error: ${(error as Error).message}`;
  }
}

const echo: RequestListener = (request, response) =>
  void response.end(
    `${request.url} ${request.headers.authorization ?? '-'} ${request.headersDistinct['x-scope']?.join('+') ?? '-'}`,
  );

test('credentials and headers; files are read again for every request', async () => {
  const url = `http://127.0.0.1:${await listen(createServer(echo))}/m`;
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  expect(await ask('{}', url)).toBe('/m - -');
  expect(await ask('basic_auth: { username: 用户, password: "p:w" }', url)).toBe(`/m ${basic('用户:p:w')} -`);
  expect(await ask('authorization: { type: Token, credentials: abc }', url)).toBe('/m Token abc -');
  writeFileSync(join(folder, 'token'), 'first\n');
  expect(await ask('bearer_token_file: token', url)).toBe('/m Bearer first -');
  writeFileSync(join(folder, 'token'), 'second\n');
  const response = await client!.request(new URL(url), { signal: AbortSignal.timeout(60_000) });
  expect(new TextDecoder().decode(await readBody(response, 1000))).toBe('/m Bearer second -');
  expect(await ask('http_headers: { X-Scope: { values: [a], secrets: [b], files: [token] } }', url)).toBe(
    '/m - a+b+second',
  );
  expect(await ask('bearer_token_file: nothing', url)).toBe(`error: cannot read the secret ${folder}/nothing: ENOENT`);
});

test('a connection that the server closed meanwhile is no failure', async () => {
  let sockets = 0;
  const server = createServer((request, response) => {
    // The second request on a connection meets its end, as when the server's patience is over at that moment.
    if (request.url === '/again' && sockets === 1) request.socket.resetAndDestroy();
    else echo(request, response);
  });
  server.on('connection', () => sockets++);
  const url = `http://127.0.0.1:${await listen(server)}`;
  expect(await ask('{}', `${url}/m`)).toBe('/m - -');
  const response = await client!.request(new URL(`${url}/again`), { signal: AbortSignal.timeout(60_000) });
  expect(new TextDecoder().decode(await readBody(response, 1000))).toBe('/again - -');
  expect(sockets).toBe(2);
});

test('redirects are followed, without the credentials to another host, or not at all', async () => {
  const other = await listen(createServer(echo));
  const port = await listen(
    createServer((request, response) => {
      if (request.url === '/here') return echo(request, response);
      const location =
        request.url === '/away' ? `http://127.0.0.1:${other}/there` : request.url === '/loop' ? '/loop' : '/here';
      response.writeHead(302, { location }).end();
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  expect(await ask('bearer_token: s', `${url}/a`)).toBe('/here Bearer s -');
  expect(await ask('bearer_token: s', `${url}/away`)).toBe('/there - -');
  expect(await ask('{}', `${url}/loop`)).toBe('error: redirected more than 10 times');
  expect(await ask('follow_redirects: false', `${url}/a`)).toBe('');
});

test('TLS: authority, name, client certificate, versions', async () => {
  const settings = { cert: readFileSync(pem('server.pem')), key: readFileSync(pem('server.key')) };
  const ca = readFileSync(pem('ca.pem'));
  const plain = await listen(createTlsServer(settings, echo) as unknown as Server);
  const url = `https://127.0.0.1:${plain}/m`;
  expect(await ask('{}', url)).toMatch(/^error: .*(self.signed|unable to verify)/i);
  expect(await ask('tls_config: { insecure_skip_verify: true }', url)).toBe('/m - -');
  expect(await ask(`tls_config: { ca_file: '${pem('ca.pem')}' }`, url)).toBe('/m - -');
  expect(await ask(`tls_config:\n  ca: |\n${ca.toString().replaceAll(/^/gm, '    ')}`, url)).toBe('/m - -');
  const named = (name: string): Promise<string> =>
    ask(`tls_config: { ca_file: '${pem('ca.pem')}', server_name: ${name} }`, url);
  expect(await named('metrics.example')).toBe('/m - -');
  expect(await named('other.example')).toMatch(/^error: Hostname\/IP does not match certificate's altnames/);
  expect(await ask(`tls_config: { ca_file: '${pem('ca.pem')}', max_version: TLS12, min_version: TLS12 }`, url)).toBe(
    '/m - -',
  );

  const strict = await listen(
    createTlsServer(
      { ...settings, ca, requestCert: true, minVersion: 'TLSv1.3' },
      (request, response) => void response.end(String((request.socket as TLSSocket).getPeerCertificate().subject.CN)),
    ) as unknown as Server,
  );
  const files = `ca_file: '${pem('ca.pem')}', cert_file: '${pem('client.pem')}', key_file: '${pem('client.key')}'`;
  expect(await ask(`tls_config: { ${files} }`, `https://localhost:${strict}/`)).toBe('client');
  expect(await ask(`tls_config: { ${files}, max_version: TLS12 }`, `https://localhost:${strict}/`)).toMatch(
    /^error: .*version/i,
  );
});

/** A proxy that says what it was asked and passes it on. */
async function startProxy(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const credentials = (request: IncomingMessage): string =>
    `${request.headers['proxy-authorization'] ?? '-'} ${(request.headers['x-tenant'] as string | undefined) ?? '-'}`;
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${credentials(request)}`);
    response.end('from the proxy');
  });
  proxy.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    asked.push(`CONNECT ${request.url} ${credentials(request)}`);
    if (request.headers['x-tenant'] === 'refused') return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const [host = '', port = ''] = request.url!.split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  return { port: await listen(proxy), asked };
}

test('through a proxy: plain, and in a tunnel', async () => {
  const { port, asked } = await startProxy();
  const proxy = `http://user:p%40ss@127.0.0.1:${port}`;
  const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
  expect(await ask(`proxy_url: '${proxy}'`, 'http://metrics.example:9100/m?a=b')).toBe('from the proxy');
  const settings = { cert: readFileSync(pem('server.pem')), key: readFileSync(pem('server.key')) };
  const secure = await listen(createTlsServer(settings, echo) as unknown as Server);
  const tls = `tls_config: { ca_file: '${pem('ca.pem')}' }`;
  const tunnel = `proxy_url: '${proxy}'\nproxy_connect_header: { X-Tenant: [a] }\n${tls}`;
  expect(await ask(tunnel, `https://localhost:${secure}/m`)).toBe('/m - -');
  expect(asked).toEqual([`GET http://metrics.example:9100/m?a=b ${basic} -`, `CONNECT localhost:${secure} ${basic} a`]);
  expect(await ask(tunnel.replace('[a]', '[refused]'), `https://localhost:${secure}/m`)).toBe(
    `error: the proxy 127.0.0.1:${port} answered CONNECT with 403`,
  );
  asked.length = 0;
  const environment = {
    HTTP_PROXY: `127.0.0.1:${port}`,
    https_proxy: `http://127.0.0.1:${port}`,
    NO_PROXY: 'direct.example',
  };
  expect(await ask('proxy_from_environment: true', 'http://a.example/', environment)).toBe('from the proxy');
  expect(await ask(`proxy_from_environment: true\n${tls}`, `https://localhost:${secure}/m`, environment)).toBe(
    '/m - -',
  );
  expect(asked).toEqual(['GET http://a.example/ - -']);
});

const direct: readonly (readonly [url: string, noProxy: string, isDirect: boolean])[] = [
  ['http://localhost/', '', true],
  ['http://127.1.2.3/', '', true],
  ['http://[::1]:80/', '', true],
  ['http://a.example/', '', false],
  ['http://a.example/', '*', true],
  ['http://a.example/', 'example', true],
  ['http://example/', 'example', true],
  ['http://example/', '.example', false],
  ['http://a.example/', 'b, *.example', true],
  ['http://notexample/', 'example', false],
  ['http://A.Example:9100/', 'a.example:9100', true],
  ['http://a.example/', 'a.example:9100', false],
  ['https://a.example/', 'a.example:443', true],
  ['http://10.1.2.3/', '10.0.0.0/8', true],
  ['http://11.1.2.3/', '10.0.0.0/8', false],
  ['http://10.1.2.3:80/', '10.1.2.3', true],
  ['http://[fd00::5]/', 'fd00::/16', true],
];

test.each(direct)('%s with no_proxy "%s"', (url, noProxy, isDirect) => {
  expect(goesDirectly(new URL(url), noProxy)).toBe(isDirect);
});

/** A token endpoint that takes the secret in one place only and numbers its tokens; what it was asked. */
function tokenServer(place: 'header' | 'body', expiresIn: number | undefined, asked: string[]): Server {
  return createServer((request, response) => {
    void (async () => {
      const form = new URLSearchParams(new TextDecoder().decode(await readBody(request, 10_000)));
      const basic = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString();
      asked.push(`${request.method} ${basic} ${form}`);
      const isKnown =
        place === 'header'
          ? basic === 'us%C3%A9r:a+%2F+b'
          : `${form.get('client_id')}:${form.get('client_secret')}` === 'usér:a / b';
      response.statusCode = isKnown ? 200 : 401;
      const token = { access_token: `t${asked.length}`, token_type: 'bearer', expires_in: expiresIn };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(isKnown ? token : { error: 'invalid_client' }));
    })();
  });
}

const oauth2 = (port: number, more = ''): string =>
  `{ oauth2: { client_id: usér, client_secret_file: secret, token_url: 'http://127.0.0.1:${port}/token', scopes: [a, b], endpoint_params: { audience: 数 }${more} } }`;

test('access tokens: asked for once, the secret where the endpoint takes it', async () => {
  writeFileSync(join(folder, 'secret'), 'a / b\n');
  const url = `http://127.0.0.1:${await listen(createServer(echo))}/m`;
  const grant = 'grant_type=client_credentials&scope=a+b&audience=%E6%95%B0';
  const asked: string[] = [];
  const settings = oauth2(await listen(tokenServer('header', 3600, asked)));
  expect(await ask(settings, url)).toBe('/m Bearer t1 -');
  const again = await Promise.all(
    [1, 2, 3].map(async () => {
      const response = await client!.request(new URL(url), { signal: AbortSignal.timeout(60_000) });
      return new TextDecoder().decode(await readBody(response, 1000));
    }),
  );
  expect(again).toEqual(Array.from({ length: 3 }, () => '/m Bearer t1 -'));
  expect(asked).toEqual([`POST us%C3%A9r:a+%2F+b ${grant}`]);

  const inBody: string[] = [];
  expect(await ask(oauth2(await listen(tokenServer('body', undefined, inBody))), url)).toBe('/m Bearer t2 -');
  expect(inBody).toEqual([
    `POST us%C3%A9r:a+%2F+b ${grant}`,
    `POST  ${grant}&client_id=us%C3%A9r&client_secret=a+%2F+b`,
  ]);
});

test('access tokens: none, none in time, and a new one before the end of the old one', async () => {
  writeFileSync(join(folder, 'secret'), 'wrong');
  const url = `http://127.0.0.1:${await listen(createServer(echo))}/m`;
  const refusing = await listen(tokenServer('header', 3600, []));
  expect(await ask(oauth2(refusing), url)).toBe(
    `error: no access token from http://127.0.0.1:${refusing}/token: status 401: {"error":"invalid_client"}`,
  );
  const odd = await listen(createServer((_, response) => void response.end('<html>')));
  expect(await ask(oauth2(odd), url)).toContain('expected an access_token: <html>');
  rmSync(join(folder, 'secret'));
  expect(await ask(oauth2(odd), url)).toMatch(/^error: cannot read the secret .*secret: ENOENT$/);

  writeFileSync(join(folder, 'secret'), 'a / b');
  const silent = await listen(createServer(() => undefined));
  await ask(oauth2(odd), url);
  const read = readHttpClient(
    YamlSection.of(new YamlFile(oauth2(silent)).root!, 'settings', httpClientFields)!,
    folder,
  );
  client!.close();
  client = new HttpClient(read);
  await expect(client.request(new URL(url), { signal: AbortSignal.timeout(50) })).rejects.toThrow(/aborted|timeout/i);

  const asked: string[] = [];
  const port = await listen(tokenServer('header', 60, asked));
  const file = new YamlFile(oauth2(port));
  const settings = readHttpClient(YamlSection.of(file.root!, 'settings', httpClientFields)!, folder).authentication;
  let now = 1_000_000;
  const token = new AccessToken(settings as Oauth2Settings, new HttpClient(plainHttp), () => now);
  const { signal } = new AbortController();
  for (const [ms, wanted] of [
    [0, 't1'],
    [49_999, 't1'],
    [50_000, 't2'],
  ] as const) {
    now = 1_000_000 + ms;
    expect(await token.header(signal)).toBe(`Bearer ${wanted}`);
  }
  token.close();
});
