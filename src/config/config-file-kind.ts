// What a configuration file is, told by its content: the name does not count.
import { parseDocument } from 'yaml';

export const configFileKinds = ['holter', 'prometheus', 'rules', 'alertmanager', 'logstash', 'dashboard'] as const;
export type ConfigFileKind = (typeof configFileKinds)[number];

const MAX_ALIASES = 100;
const LOGSTASH_SECTION = /^\s*(?:input|filter|output)\s*\{/m;
const PROMETHEUS_KEYS = [
  'scrape_configs',
  'scrape_config_files',
  'rule_files',
  'alerting',
  'remote_write',
  'remote_read',
  'otlp',
  'storage',
  'tracing',
  'runtime',
];
/** Words that nobody else's files begin with, and those that they may. */
const HOLTER_KEYS = [
  'listen',
  'inputs',
  'retention',
  'disk_share',
  'spool',
  'security',
  'promql',
  'external_url',
  'log_level',
  'log_format',
];
const COMMON_KEYS = ['data', 'files'];

function kindOfObject(value: Record<string, unknown>): ConfigFileKind | undefined {
  const has = (key: string): boolean => Object.hasOwn(value, key);
  const inner = value['dashboard'] ?? (value['kind'] === 'Dashboard' ? value['spec'] : undefined);
  const isWrapped = typeof inner === 'object' && inner !== null && ('panels' in inner || 'rows' in inner);
  if (has('panels') || has('rows') || isWrapped) return 'dashboard';
  if (PROMETHEUS_KEYS.some(has)) return 'prometheus';
  if (has('route') && has('receivers')) return 'alertmanager';
  if (Array.isArray(value['groups'])) return 'rules';
  if (HOLTER_KEYS.some(has)) return 'holter';
  if (Object.keys(value).every((key) => COMMON_KEYS.includes(key))) return 'holter';
  if (has('global')) return 'prometheus';
  return undefined;
}

/** The kind of a file with this text, or undefined when it is none that we know. An empty file is a holter.yml without settings. */
export function detectConfigFile(text: string): ConfigFileKind | undefined {
  if (text.trim() === '') return 'holter';
  const document = parseDocument(text, { logLevel: 'silent' });
  const value: unknown = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES });
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const kind = kindOfObject(value as Record<string, unknown>);
    if (kind !== undefined) return kind;
  }
  if (LOGSTASH_SECTION.test(text.replaceAll(/^\s*#.*$/gm, ''))) return 'logstash';
  // A file that is nearly right (a slip of indentation) is still told by its first words, so that its reader can say what is wrong.
  if (/^scrape_configs\s*:/m.test(text)) return 'prometheus';
  if (/^receivers\s*:/m.test(text)) return 'alertmanager';
  if (/^groups\s*:/m.test(text)) return 'rules';
  if (new RegExp(`^(?:${HOLTER_KEYS.join('|')})\\s*:`, 'm').test(text)) return 'holter';
  return undefined;
}
