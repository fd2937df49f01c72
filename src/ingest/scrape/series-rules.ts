// From the labels of an answer to those that are stored: joined with the target's, relabelled, held to the job's limits.
import { LabelBuilder } from '../../model/relabel/label-builder.ts';
import { compileRelabel, type Relabeler } from '../../model/relabel/relabel.ts';
import { isLabelName, type NameScheme, type RelabelRule } from '../../model/relabel/relabel-rule.ts';
import type { LabelPair } from '../../model/series-identity.ts';

export interface SeriesRules {
  /** Of the target. */
  readonly labels: readonly LabelPair[];
  readonly honorLabels: boolean;
  readonly relabel: readonly RelabelRule[];
}

/** What a series may be; 0 is no bound. */
export interface SeriesLimits {
  readonly names: NameScheme;
  readonly labels: number;
  /** Bytes. */
  readonly labelNameLength: number;
  /** Bytes. */
  readonly labelValueLength: number;
}

const LEGACY_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const MAX_SHOWN = 50;
const bytes = (text: string): number => Buffer.byteLength(text);

/**
 * Where an answer and its target both have a label, the target's value wins and the answer's is called exported_… (as often as it
 * takes), or, with honorLabels, the answer's wins.
 */
function join(labels: LabelBuilder, { labels: target, honorLabels }: SeriesRules): void {
  const moved: LabelPair[] = [];
  for (const [name, value] of target) {
    const scraped = labels.get(name);
    if (scraped !== '' && honorLabels) continue;
    if (scraped !== '') moved.push([name, scraped]);
    labels.set(name, value);
  }
  moved.sort(([a], [b]) => a.length - b.length);
  for (const [name, value] of moved) {
    let exported = `exported_${name}`;
    while (labels.get(exported) !== '') exported = `exported_${exported}`;
    labels.set(exported, value);
  }
}

export class SeriesMaker {
  readonly #rules: SeriesRules;
  readonly #relabel: Relabeler;

  constructor(rules: SeriesRules) {
    this.#rules = rules;
    this.#relabel = compileRelabel(rules.relabel);
  }

  /** The labels of a series that an answer has as name, value, name, value, …; undefined when rules drop it. */
  make(flat: readonly string[]): LabelPair[] | undefined {
    const pairs: LabelPair[] = [];
    for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i]!, flat[i + 1]!]);
    const labels = new LabelBuilder(pairs);
    join(labels, this.#rules);
    if (!this.#relabel(labels)) return undefined;
    const entries = labels.entries();
    return entries.length === 0 ? undefined : entries;
  }
}

/** Why a scrape with this series fails, or undefined. */
export function refuseSeries(labels: readonly LabelPair[], limits: SeriesLimits): string | undefined {
  const metric = labels.find(([name]) => name === '__name__')?.[1] ?? '';
  if (metric === '') return 'a series is left without a name (__name__) by metric_relabel_configs';
  const shown = metric.slice(0, MAX_SHOWN);
  if (limits.labels > 0 && labels.length > limits.labels)
    return `label_limit exceeded (metric: ${shown}, number of labels: ${labels.length}, limit: ${limits.labels})`;
  for (const [name, value] of labels) {
    const isValid =
      isLabelName(name, limits.names) && (name !== '__name__' || limits.names === 'utf8' || LEGACY_METRIC.test(value));
    if (!isValid)
      return `invalid metric name or label names (metric: ${shown}, label name: ${name.slice(0, MAX_SHOWN)})`;
    if (limits.labelNameLength > 0 && bytes(name) > limits.labelNameLength)
      return `label_name_length_limit exceeded (metric: ${shown}, label name: ${name.slice(0, MAX_SHOWN)}, length: ${bytes(name)}, limit: ${limits.labelNameLength})`;
    if (limits.labelValueLength > 0 && bytes(value) > limits.labelValueLength)
      return `label_value_length_limit exceeded (metric: ${shown}, label name: ${name.slice(0, MAX_SHOWN)}, length: ${bytes(value)}, limit: ${limits.labelValueLength})`;
  }
  return undefined;
}
