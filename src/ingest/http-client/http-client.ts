// Asks servers over HTTP as a prometheus.yml says: credentials, TLS, proxy, headers, redirects. By node:http, because fetch refuses
// some ports that exporters do use. HTTP/1.1 only; secrets and certificates are read again for every request.
import { addAbortSignal } from 'node:stream';
import { Agent, request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as requestHttps, type AgentOptions } from 'node:https';
import type { SecureVersion } from 'node:tls';
import type { HttpClientSettings, TlsVersion } from '../../config/prometheus/http-client.ts';
import { AccessToken } from './access-token.ts';
import { goesDirectly } from './no-proxy.ts';
import { TunnelAgent, type ProxyHeaders } from './proxy-tunnel.ts';
import { readSecret } from './secret.ts';

const MAX_REDIRECTS = 10;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];
const versions: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

type Headers = Record<string, string | string[]>;

export class HttpClient {
  readonly #settings: HttpClientSettings;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #plain = new Agent({ keepAlive: true });
  readonly #token: AccessToken | undefined;
  // The agent of the certificates that were read last, and what they were.
  #secure: { readonly key: string; readonly agent: TlsAgent } | undefined;

  constructor(settings: HttpClientSettings, environment: NodeJS.ProcessEnv = process.env) {
    this.#settings = settings;
    this.#environment = environment;
    const { authentication } = settings;
    if (authentication?.kind === 'oauth2')
      this.#token = new AccessToken(authentication, new HttpClient(authentication.client, environment));
  }

  /** Closes connections that nobody uses. */
  close(): void {
    this.#plain.destroy();
    this.#secure?.agent.destroy();
    this.#token?.close();
  }

  /** The answer's head; its body is for the caller to read or destroy. Rejects with a sentence that says why there is none. */
  async request(first: URL, request: HttpRequest): Promise<IncomingMessage> {
    const own = await this.#ownHeaders(request.signal);
    let url = first;
    let { method = 'GET' } = request;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      // Credentials are for the server that was named, not for whoever it points to.
      const headers = { ...request.headers, ...(url.host === first.host ? own : {}) };
      const response = await this.#send(url, { ...request, method }, headers);
      const { location } = response.headers;
      if (!this.#settings.followRedirects || location === undefined || !REDIRECTS.includes(response.statusCode))
        return response;
      response.destroy();
      if (method === 'POST' && response.statusCode !== 307 && response.statusCode !== 308) method = 'GET';
      url = new URL(location, url);
      if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`redirected to ${url.protocol}`);
    }
    throw new Error(`redirected more than ${MAX_REDIRECTS} times`);
  }

  async #ownHeaders(signal: AbortSignal): Promise<Headers> {
    const { authentication, headers } = this.#settings;
    const own: Headers = {};
    for (const [name, values] of headers) own[name] = await Promise.all(values.map(readSecret));
    if (authentication?.kind === 'basic') {
      const [user, password] = await Promise.all([authentication.username, authentication.password].map(readSecret));
      own['authorization'] = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    } else if (this.#token !== undefined) own['authorization'] = await this.#token.header(signal);
    else if (authentication?.kind === 'header') {
      own['authorization'] = `${authentication.type} ${await readSecret(authentication.credentials)}`;
    }
    return own;
  }

  #proxyOf(url: URL): URL | undefined {
    const { proxy } = this.#settings;
    const environment = (name: string): string =>
      this.#environment[name] ?? this.#environment[name.toLowerCase()] ?? '';
    if (proxy.fromEnvironment) {
      const named = environment(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
      if (named === '' || goesDirectly(url, environment('NO_PROXY'))) return undefined;
      return new URL(named.includes('://') ? named : `http://${named}`);
    }
    if (proxy.url === undefined) return undefined;
    return proxy.noProxy !== '' && goesDirectly(url, proxy.noProxy) ? undefined : new URL(proxy.url);
  }

  #proxyHeaders({ username, password }: URL): ProxyHeaders {
    const headers: Record<string, string | readonly string[]> = Object.fromEntries(this.#settings.proxy.connectHeaders);
    if (username !== '') {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      headers['proxy-authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
    }
    return headers;
  }

  async #tlsAgent(proxy: URL | undefined): Promise<TlsAgent> {
    const { tls } = this.#settings;
    const [ca, cert, key] = await Promise.all(
      [tls.ca, tls.cert, tls.key].map(async (secret) => (secret === undefined ? undefined : await readSecret(secret))),
    );
    const identity = JSON.stringify([ca, cert, key, proxy?.href]);
    if (this.#secure?.key === identity) return this.#secure.agent;
    const options: AgentOptions = {
      keepAlive: true,
      rejectUnauthorized: !tls.insecureSkipVerify,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
      ...(tls.minVersion === undefined ? {} : { minVersion: versions[tls.minVersion] }),
      ...(tls.maxVersion === undefined ? {} : { maxVersion: versions[tls.maxVersion] }),
    };
    const agent =
      proxy === undefined ? new TlsAgent(options) : new TunnelAgent(proxy, this.#proxyHeaders(proxy), options);
    this.#secure?.agent.destroy();
    this.#secure = { key: identity, agent };
    return agent;
  }

  async #send(url: URL, request: HttpRequest, headers: Headers, isRetry = false): Promise<IncomingMessage> {
    const { method, body, signal } = request;
    const proxy = this.#proxyOf(url);
    const isSecure = url.protocol === 'https:';
    const agent = isSecure ? await this.#tlsAgent(proxy) : this.#plain;
    const options: RequestOptions = { method: method ?? 'GET', headers, signal, agent };
    return new Promise((resolve, reject) => {
      const take = (response: IncomingMessage): void => {
        // Node ends the request alone, and a body that goes on until the connection closes would look whole then.
        addAbortSignal(signal, response);
        resolve(response);
      };
      const sent =
        isSecure || proxy === undefined
          ? (isSecure ? requestHttps : requestHttp)(url, options, take)
          : (proxy.protocol === 'https:' ? requestHttps : requestHttp)(
              {
                ...options,
                agent: proxy.protocol === 'https:' ? undefined : agent,
                host: proxy.hostname.replace(/^\[|\]$/g, ''),
                port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
                path: url.href,
                headers: { host: url.host, ...headers, ...this.#proxyHeaders(proxy) } as Headers,
              },
              take,
            );
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection may end at the moment when it is used again; a new one tells whether the server is there.
        const hasEnded = sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (hasEnded && !isRetry && !signal.aborted) resolve(this.#send(url, request, headers, true));
        else reject(error);
      });
      sent.end(body);
    });
  }
}
