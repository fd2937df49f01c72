// The *_sd_configs of a job or of Alertmanagers: where targets come from.
import { joinDirectory } from './file-directory.ts';
import { httpClientFields, readHttpClient, type HttpClientSettings } from './http-client.ts';
import { words, YamlSection } from './yaml-section.ts';
import type { YamlNode } from '../yaml-reader.ts';

export interface TargetGroup {
  /** host:port */
  readonly targets: readonly string[];
  readonly labels: readonly (readonly [name: string, value: string])[];
}

export const dnsRecordTypes = ['SRV', 'A', 'AAAA', 'MX', 'NS'] as const;
export type DnsRecordType = (typeof dnsRecordTypes)[number];

/** `refreshInterval` in ms. */
export type Discovery =
  | { readonly kind: 'static'; readonly groups: readonly TargetGroup[] }
  | { readonly kind: 'file'; readonly files: readonly string[]; readonly refreshInterval: number }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly refreshInterval: number;
      readonly http: HttpClientSettings;
    }
  | {
      readonly kind: 'dns';
      readonly names: readonly string[];
      readonly type: DnsRecordType;
      readonly port: number;
      readonly refreshInterval: number;
    };

/** Kinds of Prometheus 3.15 that need something that only others have. */
const otherKinds = words(`aws azure consul digitalocean docker dockerswarm ec2 ecs elasticache eureka gce hetzner
  kubernetes lightsail linode marathon msk nerve nomad oci openstack outscale ovhcloud puppetdb rds scaleway serverset
  stackit triton uyuni vultr xds kuma ionos`);
const ownKinds: readonly string[] = ['file', 'http', 'dns'];
const FILE_REFRESH = 300_000;
const HTTP_REFRESH = 60_000;
const DNS_REFRESH = 30_000;
const FILE_PATTERN = /^[^*]*(?:\*[^/]*)?\.(?:json|yml|yaml|JSON|YML|YAML)$/;

export const discoveryFields = ['static_configs', ...[...ownKinds, ...otherKinds].map((kind) => `${kind}_sd_configs`)];

/** A group of targets: of static_configs, or of a file that discovery reads. */
export function readTargetGroup(node: YamlNode, isBare: boolean): TargetGroup | undefined {
  const section = YamlSection.of(node, 'targets and labels', ['targets', 'labels']);
  if (section === undefined) return undefined;
  const targets = section.list('targets', 'a list of host:port').flatMap((target) => {
    const text = target.text('host:port');
    if (text === undefined) return [];
    // Rules may make an address of anything, for example of the URL that a prober is to ask.
    if (isBare && (text === '' || text.includes('/') || /\s/.test(text))) {
      target.problem(`expected host:port, got "${text}"; scheme and path have fields of their own`);
      return [];
    }
    return [text];
  });
  return { targets, labels: section.labels('labels') };
}

function readFile(node: YamlNode, directory: string): Discovery | undefined {
  const section = YamlSection.of(node, 'file discovery', ['files', 'refresh_interval']);
  if (section === undefined) return undefined;
  const files = section.list('files', 'a list of paths').flatMap((file) => {
    const text = file.text('a path');
    if (text !== undefined && !FILE_PATTERN.test(text))
      file.problem(`expected a path that ends in .json, .yml or .yaml, with * in its last part only, got "${text}"`);
    return text === undefined ? [] : [joinDirectory(directory, text)];
  });
  if (files.length === 0) section.problem('files', 'file discovery needs at least one path in files');
  return { kind: 'file', files, refreshInterval: section.duration('refresh_interval') ?? FILE_REFRESH };
}

function readHttp(node: YamlNode, directory: string): Discovery | undefined {
  const section = YamlSection.of(node, 'HTTP discovery', ['url', 'refresh_interval', ...httpClientFields]);
  if (section === undefined) return undefined;
  const url = section.text('url') ?? '';
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    section.problem(
      'url',
      url === '' ? 'HTTP discovery needs a url' : `expected an http:// or https:// URL, got "${url}"`,
    );
  const refreshInterval = section.duration('refresh_interval') ?? HTTP_REFRESH;
  return { kind: 'http', url, refreshInterval, http: readHttpClient(section, directory) };
}

function readDns(node: YamlNode): Discovery | undefined {
  const section = YamlSection.of(node, 'DNS discovery', ['names', 'type', 'port', 'refresh_interval']);
  if (section === undefined) return undefined;
  const names = section.texts('names', 'a list of names');
  if (names.length === 0) section.problem('names', 'DNS discovery needs at least one name in names');
  const text = section.text('type') ?? 'SRV';
  const type = dnsRecordTypes.find((one) => one === text.toUpperCase());
  if (type === undefined) section.problem('type', `expected one of ${dnsRecordTypes.join(', ')}, got "${text}"`);
  const port = section.count('port') ?? 0;
  if (type !== 'SRV' && port === 0) section.problem('port', 'every kind of record but SRV needs a port');
  return {
    kind: 'dns',
    names,
    type: type ?? 'SRV',
    port,
    refreshInterval: section.duration('refresh_interval') ?? DNS_REFRESH,
  };
}

/** All discovery of a section. `isBare`: no rules follow, so targets have to be addresses already. */
export function readDiscovery(section: YamlSection, directory: string, isBare: boolean): readonly Discovery[] {
  const found: Discovery[] = [];
  for (const name of section.names) {
    const kind = name.endsWith('_sd_configs') ? name.slice(0, -'_sd_configs'.length) : '';
    if (!otherKinds.includes(kind)) continue;
    section.problem(
      name,
      `targets of ${kind} discovery (${name}) are not supported; static_configs, file_sd_configs, http_sd_configs and dns_sd_configs are`,
    );
  }
  const groups = section.list('static_configs', 'a list of target groups').flatMap((node) => {
    if (node.isEmpty) node.problem('expected a group with targets, got nothing');
    return readTargetGroup(node, isBare) ?? [];
  });
  if (groups.length > 0) found.push({ kind: 'static', groups });
  const each = (kind: string, read: (node: YamlNode) => Discovery | undefined): void => {
    for (const node of section.list(`${kind}_sd_configs`)) {
      const discovery = read(node);
      if (discovery !== undefined) found.push(discovery);
    }
  };
  each('file', (node) => readFile(node, directory));
  each('http', (node) => readHttp(node, directory));
  each('dns', readDns);
  return found;
}
