// Access tokens by the client credentials grant (RFC 6749, sections 2.3.1, 4.4 and 5), as Prometheus asks for them: the secret goes as
// basic authentication first, and in the body to endpoints that do not take that.
import type { IncomingMessage } from 'node:http';
import type { Oauth2Settings } from '../../config/prometheus/http-client.ts';
import { readBody } from './read-body.ts';
import { readSecret } from './secret.ts';

const MAX_BODY = 1 << 20;
const TIMEOUT_MS = 30_000;
/** A token is not used so shortly before its end. */
const MARGIN_MS = 10_000;
const SHOWN = 200;

/** Asks the endpoint. */
export interface TokenClient {
  request(
    url: URL,
    request: {
      readonly method: 'POST';
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
      readonly signal: AbortSignal;
    },
  ): Promise<IncomingMessage>;
  close(): void;
}

interface Token {
  readonly header: string;
  /** ms since 1970. */
  readonly end: number;
}

const types: Readonly<Record<string, string>> = { bearer: 'Bearer', basic: 'Basic', mac: 'MAC' };

/** As a form would write it (RFC 6749, appendix B). */
const encode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

export class AccessToken {
  readonly #settings: Oauth2Settings;
  readonly #client: TokenClient;
  readonly #now: () => number;
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;
  /** Where the endpoint takes the secret; undefined until it was seen. */
  #place: 'header' | 'body' | undefined;

  /** `client` asks the endpoint, as `settings.client` says; it is closed with this. */
  constructor(settings: Oauth2Settings, client: TokenClient, now: () => number = Date.now) {
    this.#settings = settings;
    this.#client = client;
    this.#now = now;
  }

  close(): void {
    this.#client.close();
  }

  /** What stands behind `Authorization:`. The endpoint is asked once for all who wait. Rejects with a sentence that says why there is none. */
  async header(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    if (this.#token !== undefined && this.#now() < this.#token.end) return this.#token.header;
    this.#pending ??= this.#fetch().finally(() => (this.#pending = undefined));
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return (await Promise.race([this.#pending, aborted])).header;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #fetch(): Promise<Token> {
    if (this.#place !== undefined) return (this.#token = await this.#ask(this.#place));
    let token: Token;
    try {
      token = await this.#ask('header');
      this.#place = 'header';
    } catch {
      token = await this.#ask('body');
      this.#place = 'body';
    }
    return (this.#token = token);
  }

  async #ask(place: 'header' | 'body'): Promise<Token> {
    const { clientId, clientSecret, scopes, tokenUrl, endpointParams } = this.#settings;
    const secret = clientSecret === undefined ? '' : await readSecret(clientSecret);
    const form = new URLSearchParams([['grant_type', 'client_credentials']]);
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    for (const [name, value] of endpointParams) form.set(name, value);
    const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
    if (place === 'header')
      headers['authorization'] = `Basic ${Buffer.from(`${encode(clientId)}:${encode(secret)}`).toString('base64')}`;
    else {
      form.set('client_id', clientId);
      if (secret !== '') form.set('client_secret', secret);
    }
    const asked = this.#now();
    const response = await this.#client.request(new URL(tokenUrl), {
      method: 'POST',
      headers,
      body: Buffer.from(form.toString()),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = new TextDecoder().decode(await readBody(response, MAX_BODY));
    const { statusCode = 0 } = response;
    const refuse = (what: string): Error =>
      new Error(`no access token from ${tokenUrl}: ${what}: ${body.slice(0, SHOWN).trim()}`);
    if (statusCode < 200 || statusCode > 299) throw refuse(`status ${statusCode}`);
    const fields = readFields(body, response.headers['content-type'] ?? '');
    const text = (name: string): string => (typeof fields?.[name] === 'string' ? fields[name] : '');
    if (text('access_token') === '') throw refuse('expected an access_token');
    const type = text('token_type') === '' ? 'bearer' : text('token_type');
    const seconds = Number(fields?.['expires_in'] ?? 0);
    return {
      header: `${types[type.toLowerCase()] ?? type} ${text('access_token')}`,
      end: seconds > 0 ? asked + seconds * 1000 - MARGIN_MS : Infinity,
    };
  }
}

/** JSON, or the form that older endpoints answer. */
function readFields(body: string, type: string): Readonly<Record<string, unknown>> | undefined {
  if (/^(?:application\/x-www-form-urlencoded|text\/plain)\b/.test(type)) {
    const form = Object.fromEntries(new URLSearchParams(body));
    if (form['access_token'] !== undefined) return form;
  }
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
