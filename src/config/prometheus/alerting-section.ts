// `alerting`: the Alertmanagers that alerts are sent to.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#alertmanager_config
import type { NameScheme, RelabelRule } from '../../model/relabel/relabel-rule.ts';
import type { YamlNode } from '../yaml-reader.ts';
import { discoveryFields, readDiscovery, type Discovery } from './discovery.ts';
import { httpClientFields, readHttpClient, type HttpClientSettings } from './http-client.ts';
import { readRelabelRules } from './relabel-rules.ts';
import { words, YamlSection } from './yaml-section.ts';

/** Alertmanagers that are found and asked in one way. Each is posted to at SCHEME://ADDRESS PREFIX/api/v2/alerts. */
export interface AlertmanagerSettings {
  readonly scheme: string;
  /** In front of /api/v2/alerts; begins with a slash, or is ''. */
  readonly pathPrefix: string;
  /** ms */
  readonly timeout: number;
  readonly http: HttpClientSettings;
  readonly discovery: readonly Discovery[];
  /** Changes the labels of the Alertmanagers themselves: __address__, __scheme__, __alerts_path__. */
  readonly relabel: readonly RelabelRule[];
  /** Changes the labels of alerts on their way to these. */
  readonly alertRelabel: readonly RelabelRule[];
}

export interface AlertingSettings {
  readonly alertmanagers: readonly AlertmanagerSettings[];
  /** Changes the labels of all alerts. */
  readonly alertRelabel: readonly RelabelRule[];
}

export const noAlerting: AlertingSettings = { alertmanagers: [], alertRelabel: [] };

const DEFAULT_TIMEOUT = 10_000;
const fields = [
  ...words('scheme path_prefix timeout api_version relabel_configs alert_relabel_configs sigv4'),
  ...httpClientFields,
  ...discoveryFields,
];

function readAlertmanager(node: YamlNode, names: NameScheme, directory: string): AlertmanagerSettings | undefined {
  const section = YamlSection.of(node, 'Alertmanagers', fields);
  if (section === undefined) return undefined;
  section.choice('api_version', ['v2']);
  if (section.has('sigv4')) section.problem('sigv4', 'sigv4 is not supported');
  const relabel = readRelabelRules(section, 'relabel_configs', names);
  const prefix = (section.text('path_prefix') ?? '').replace(/\/+$/, '');
  return {
    scheme: section.choice('scheme', ['http', 'https']) ?? 'http',
    pathPrefix: prefix === '' || prefix.startsWith('/') ? prefix : `/${prefix}`,
    timeout: section.duration('timeout') ?? DEFAULT_TIMEOUT,
    http: readHttpClient(section, directory),
    discovery: readDiscovery(section, directory, relabel.length === 0),
    relabel,
    alertRelabel: readRelabelRules(section, 'alert_relabel_configs', names),
  };
}

/** Alertmanagers with an error are left out. `hasErrors` tells whether one was noted since it was asked last. */
export function readAlerting(
  node: YamlNode,
  names: NameScheme,
  directory: string,
  hasErrors: () => boolean,
): AlertingSettings {
  const section = YamlSection.of(node, 'alerting', words('alert_relabel_configs alertmanagers'));
  if (section === undefined) return noAlerting;
  const alertRelabel = readRelabelRules(section, 'alert_relabel_configs', names);
  hasErrors();
  const alertmanagers = section.list('alertmanagers', 'a list of Alertmanagers').flatMap((one) => {
    const settings = readAlertmanager(one, names, directory);
    return hasErrors() || settings === undefined ? [] : [settings];
  });
  return { alertmanagers, alertRelabel };
}
