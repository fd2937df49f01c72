// TLS through an HTTP proxy: CONNECT, then the handshake with the target inside.
import { request as requestHttp } from 'node:http';
import { Agent, request as requestHttps, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';

/** Headers for the proxy itself, among them its credentials. */
export type ProxyHeaders = Readonly<Record<string, string | readonly string[]>>;

export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #headers: ProxyHeaders;

  constructor(proxy: URL, headers: ProxyHeaders, options: AgentOptions) {
    super({ ...options, keepAlive: true });
    this.#proxy = proxy;
    this.#headers = headers;
  }

  override createConnection(
    options: ConnectionOptions,
    done?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const host = options.host ?? '';
    const authority = `${host.includes(':') ? `[${host}]` : host}:${options.port}`;
    const request = this.#proxy.protocol === 'https:' ? requestHttps : requestHttp;
    const sent = request({
      host: this.#proxy.hostname.replace(/^\[|\]$/g, ''),
      port: this.#proxy.port === '' ? (this.#proxy.protocol === 'https:' ? 443 : 80) : Number(this.#proxy.port),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...this.#headers } as Record<string, string>,
      agent: false,
    });
    const fail = (error: Error): void => done?.(error, undefined as never);
    sent.on('error', (error) => fail(new Error(`the proxy ${this.#proxy.host} cannot be reached: ${error.message}`)));
    sent.on('response', (response) => {
      response.destroy();
      fail(new Error(`the proxy ${this.#proxy.host} answered CONNECT with ${response.statusCode}`));
    });
    sent.on('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        fail(new Error(`the proxy ${this.#proxy.host} answered CONNECT with ${response.statusCode}`));
        return;
      }
      done?.(null, connect({ ...options, socket }));
    });
    sent.end();
    return undefined;
  }
}
