// One relabelling rule of a prometheus.yml, as plain data: it crosses sockets and stands in frames of the spool.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config

export const relabelActions = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;
export type RelabelAction = (typeof relabelActions)[number];

export interface RelabelRule {
  readonly action: RelabelAction;
  readonly sourceLabels: readonly string[];
  /** Between the values of the source labels. */
  readonly separator: string;
  /** RE2; the whole text has to match. */
  readonly regex: string;
  readonly modulus: number;
  readonly targetLabel: string;
  readonly replacement: string;
  /** Which names a label may have. */
  readonly names: NameScheme;
}

/** Any UTF-8 text, or only the classic characters. */
export type NameScheme = 'utf8' | 'legacy';

export const DEFAULT_REGEX = '(.*)';
export const DEFAULT_SEPARATOR = ';';
export const DEFAULT_REPLACEMENT = '$1';

const LEGACY_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function isLabelName(name: string, scheme: NameScheme): boolean {
  return scheme === 'legacy' ? LEGACY_NAME.test(name) : name !== '' && name.isWellFormed();
}
