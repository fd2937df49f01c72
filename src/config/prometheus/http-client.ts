// How a prometheus.yml says that something is asked over HTTP: the same fields for targets, HTTP discovery and Alertmanagers.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_config
import type { YamlNode } from '../yaml-reader.ts';
import { joinDirectory } from './file-directory.ts';
import { words, YamlSection } from './yaml-section.ts';

/** A secret that stands in the file itself, or in a file of its own that is read again at every request. */
export type Secret = { readonly text: string } | { readonly file: string };

export const tlsVersions = ['TLS10', 'TLS11', 'TLS12', 'TLS13'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

export interface TlsSettings {
  readonly ca: Secret | undefined;
  readonly cert: Secret | undefined;
  readonly key: Secret | undefined;
  readonly serverName: string | undefined;
  readonly insecureSkipVerify: boolean;
  readonly minVersion: TlsVersion | undefined;
  readonly maxVersion: TlsVersion | undefined;
}

export interface ProxySettings {
  /** http or https, with user and password where it wants them. */
  readonly url: string | undefined;
  /** Of HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly fromEnvironment: boolean;
  /** Comma-separated names, addresses, networks that are asked directly. */
  readonly noProxy: string;
  readonly connectHeaders: readonly (readonly [name: string, values: readonly string[]])[];
}

/** Where access tokens come from: the client credentials grant of RFC 6749, section 4.4. */
export interface Oauth2Settings {
  readonly kind: 'oauth2';
  readonly clientId: string;
  readonly clientSecret: Secret | undefined;
  readonly scopes: readonly string[];
  readonly tokenUrl: string;
  readonly endpointParams: readonly (readonly [name: string, value: string])[];
  /** How the token endpoint is asked. */
  readonly client: HttpClientSettings;
}

/** Where credentials go: `Authorization: TYPE CREDENTIALS`, or basic, or what a token endpoint gives. */
export type Authentication =
  | { readonly kind: 'basic'; readonly username: Secret; readonly password: Secret }
  | { readonly kind: 'header'; readonly type: string; readonly credentials: Secret }
  | Oauth2Settings;

export interface HttpClientSettings {
  readonly authentication: Authentication | undefined;
  readonly tls: TlsSettings;
  readonly proxy: ProxySettings;
  readonly followRedirects: boolean;
  readonly headers: readonly (readonly [name: string, values: readonly Secret[]])[];
}

/** A plain request. */
export const plainHttp: HttpClientSettings = {
  authentication: undefined,
  tls: {
    ca: undefined,
    cert: undefined,
    key: undefined,
    serverName: undefined,
    insecureSkipVerify: false,
    minVersion: undefined,
    maxVersion: undefined,
  },
  proxy: { url: undefined, fromEnvironment: false, noProxy: '', connectHeaders: [] },
  followRedirects: true,
  headers: [],
};

export const httpClientFields = words(`basic_auth authorization oauth2 bearer_token bearer_token_file tls_config
  follow_redirects enable_http2 proxy_url no_proxy proxy_from_environment proxy_connect_header http_headers`);

const reservedHeaders = words(`authorization host content-encoding content-length content-type user-agent connection
  keep-alive proxy-authenticate proxy-authorization www-authenticate accept-encoding x-prometheus-remote-write-version
  x-prometheus-remote-read-version x-prometheus-scrape-timeout-seconds x-amz-date x-amz-security-token
  x-amz-content-sha256`);

/** `name`, `name_file`; `name_ref` names a secret manager, which there is none of. */
function readSecret(section: YamlSection, name: string, directory: string): Secret | undefined {
  if (section.has(`${name}_ref`)) section.problem(`${name}_ref`, 'there is no secret manager that could give it');
  const text = section.text(name);
  const file = section.text(`${name}_file`);
  if (text !== undefined && text !== '' && file !== undefined && file !== '')
    section.problem(`${name}_file`, `only one of ${name} and ${name}_file may be set`);
  if (text !== undefined && text !== '') return { text };
  return file === undefined || file === '' ? undefined : { file: joinDirectory(directory, file) };
}

function readTls(node: YamlNode | undefined, directory: string): TlsSettings {
  const known = words(
    'ca ca_file ca_ref cert cert_file cert_ref key key_file key_ref server_name insecure_skip_verify min_version max_version',
  );
  const section = node === undefined ? undefined : YamlSection.of(node, 'TLS settings', known);
  const secret = (name: string): Secret | undefined =>
    section === undefined ? undefined : readSecret(section, name, directory);
  const cert = secret('cert');
  const key = secret('key');
  if (cert !== undefined && key === undefined) section!.problem('cert', 'a client certificate needs its key');
  if (key !== undefined && cert === undefined)
    section!.problem('key', 'the key of a client certificate needs the certificate');
  const minVersion = section?.choice('min_version', tlsVersions);
  const maxVersion = section?.choice('max_version', tlsVersions);
  if (minVersion !== undefined && maxVersion !== undefined && minVersion > maxVersion)
    section!.problem('max_version', 'max_version lies below min_version');
  return {
    ca: secret('ca'),
    cert,
    key,
    serverName: section?.text('server_name'),
    insecureSkipVerify: section?.boolean('insecure_skip_verify') ?? false,
    minVersion,
    maxVersion,
  };
}

function readProxy(section: YamlSection): ProxySettings {
  const url = section.text('proxy_url');
  if (url !== undefined && url !== '' && !/^https?:\/\//.test(url))
    section.problem('proxy_url', `expected the http:// or https:// URL of a proxy, got "${url}"`);
  const fromEnvironment = section.boolean('proxy_from_environment') ?? false;
  const noProxy = section.text('no_proxy') ?? '';
  const hasUrl = url !== undefined && url !== '';
  if (fromEnvironment && hasUrl)
    section.problem('proxy_url', 'only one of proxy_url and proxy_from_environment may be set');
  if (fromEnvironment && noProxy !== '')
    section.problem('no_proxy', 'with proxy_from_environment the environment says what goes without a proxy');
  if (!hasUrl && !fromEnvironment && noProxy !== '') section.problem('no_proxy', 'no_proxy needs a proxy_url');
  const connect = section.field('proxy_connect_header');
  if (connect !== undefined && !hasUrl && !fromEnvironment)
    section.problem('proxy_connect_header', 'proxy_connect_header needs a proxy_url or proxy_from_environment');
  const connectHeaders = [...(connect?.entries('headers with lists of values') ?? [])].map(
    ([name, values]) =>
      [name, (values.items('a list of values') ?? []).flatMap((value) => value.text() ?? [])] as const,
  );
  return { url: hasUrl ? url : undefined, fromEnvironment, noProxy, connectHeaders };
}

function readBasic(node: YamlNode, directory: string): Authentication | undefined {
  const known = words('username username_file username_ref password password_file password_ref');
  const section = YamlSection.of(node, 'basic_auth', known);
  if (section === undefined) return undefined;
  const nothing = { text: '' };
  return {
    kind: 'basic',
    username: readSecret(section, 'username', directory) ?? nothing,
    password: readSecret(section, 'password', directory) ?? nothing,
  };
}

function readAuthorization(node: YamlNode, directory: string): Authentication | undefined {
  const section = YamlSection.of(node, 'authorization', words('type credentials credentials_file credentials_ref'));
  if (section === undefined) return undefined;
  const type = section.text('type')?.trim() ?? '';
  if (type.toLowerCase() === 'basic') section.problem('type', 'use basic_auth for the type Basic');
  const credentials = readSecret(section, 'credentials', directory);
  return credentials === undefined ? undefined : { kind: 'header', type: type === '' ? 'Bearer' : type, credentials };
}

const oauth2Fields = words(`client_id client_secret client_secret_file client_secret_ref grant_type scopes token_url
  endpoint_params tls_config proxy_url no_proxy proxy_from_environment proxy_connect_header`);
const signedGrant = words(`client_certificate_key_id client_certificate_key client_certificate_key_file
  client_certificate_key_ref signature_algorithm iss aud claims`);

function readOauth2(node: YamlNode, directory: string): Authentication | undefined {
  const section = YamlSection.of(node, 'oauth2', [...oauth2Fields, ...signedGrant]);
  if (section === undefined) return undefined;
  const signed = signedGrant.find((name) => section.has(name));
  const grant = section.text('grant_type') ?? '';
  if (signed !== undefined || (grant !== '' && grant !== 'client_credentials'))
    section.problem(signed ?? 'grant_type', 'only the grant client_credentials with a client_secret is supported');
  const clientId = section.text('client_id') ?? '';
  const tokenUrl = section.text('token_url') ?? '';
  if (clientId === '') section.problem('client_id', 'oauth2 needs a client_id');
  if (!/^https?:\/\/[^/]/.test(tokenUrl) || !URL.canParse(tokenUrl))
    section.problem('token_url', `expected the http:// or https:// URL that gives tokens, got "${tokenUrl}"`);
  const params = section.field('endpoint_params')?.entries('parameters with their values') ?? [];
  return {
    kind: 'oauth2',
    clientId,
    clientSecret: readSecret(section, 'client_secret', directory),
    scopes: section.texts('scopes'),
    tokenUrl,
    endpointParams: [...params].map(([name, value]) => [name, value.text() ?? ''] as const),
    client: { ...plainHttp, tls: readTls(section.field('tls_config'), directory), proxy: readProxy(section) },
  };
}

function readAuthentication(section: YamlSection, directory: string): Authentication | undefined {
  const oauth2 = section.field('oauth2');
  const basic = section.field('basic_auth');
  const authorization = section.field('authorization');
  const bearer = readSecret(section, 'bearer_token', directory);
  const ways = ['basic_auth', 'authorization', 'oauth2', 'bearer_token', 'bearer_token_file'].filter((name) =>
    section.has(name),
  );
  if (ways.length > 1) section.problem(ways[1]!, `only one of ${ways.join(' and ')} may be set`);
  if (basic !== undefined) return readBasic(basic, directory);
  if (authorization !== undefined) return readAuthorization(authorization, directory);
  if (oauth2 !== undefined) return readOauth2(oauth2, directory);
  return bearer === undefined ? undefined : { kind: 'header', type: 'Bearer', credentials: bearer };
}

function readHeaders(node: YamlNode | undefined, directory: string): HttpClientSettings['headers'] {
  const headers: (readonly [string, readonly Secret[]])[] = [];
  for (const [name, value] of node?.entries('headers with their values') ?? []) {
    if (reservedHeaders.includes(name.toLowerCase())) value.problem(`the header ${name} cannot be set here`);
    const section = YamlSection.of(value, 'values, secrets and files of a header', words('values secrets files'));
    if (section === undefined) continue;
    const texts = [...section.texts('values'), ...section.texts('secrets')].map((text) => ({ text }));
    const files = section.texts('files').map((file) => ({ file: joinDirectory(directory, file) }));
    headers.push([name, [...texts, ...files]]);
  }
  return headers;
}

/** Reads the HTTP fields of a section; its file lies in `directory`. */
export function readHttpClient(section: YamlSection, directory: string): HttpClientSettings {
  section.boolean('enable_http2');
  return {
    authentication: readAuthentication(section, directory),
    tls: readTls(section.field('tls_config'), directory),
    proxy: readProxy(section),
    followRedirects: section.boolean('follow_redirects') ?? true,
    headers: readHeaders(section.field('http_headers'), directory),
  };
}
