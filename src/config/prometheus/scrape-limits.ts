// What one answer may hold, and in which formats it may come.
import type { YamlSection } from './yaml-section.ts';

/** 0 is no bound. */
export interface ScrapeLimits {
  /** Bytes of one body, unpacked. */
  readonly bodySize: number;
  /** Samples of one scrape behind metric relabelling. */
  readonly samples: number;
  /** Targets of a job behind relabelling. */
  readonly targets: number;
  /** Labels of a series, the name and the target's among them. */
  readonly labels: number;
  /** Bytes of a label's name. */
  readonly labelNameLength: number;
  /** Bytes of a label's value. */
  readonly labelValueLength: number;
  /** Dropped targets of a job that are remembered to be shown. */
  readonly keepDroppedTargets: number;
}

export const noLimits: ScrapeLimits = {
  bodySize: 0,
  samples: 0,
  targets: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  keepDroppedTargets: 0,
};

/** A limit that is not set, or 0, is that of `inherited`. */
export function readLimits(section: YamlSection, inherited: ScrapeLimits): ScrapeLimits {
  const limit = (name: string, otherwise: number): number => {
    const own = name === 'body_size_limit' ? section.size(name) : section.count(name);
    return own === undefined || own === 0 ? otherwise : own;
  };
  return {
    bodySize: limit('body_size_limit', inherited.bodySize),
    samples: limit('sample_limit', inherited.samples),
    targets: limit('target_limit', inherited.targets),
    labels: limit('label_limit', inherited.labels),
    labelNameLength: limit('label_name_length_limit', inherited.labelNameLength),
    labelValueLength: limit('label_value_length_limit', inherited.labelValueLength),
    keepDroppedTargets: limit('keep_dropped_targets', inherited.keepDroppedTargets),
  };
}

/** How names beyond the classic characters are asked for. */
export const escapingSchemes = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;
export type EscapingScheme = (typeof escapingSchemes)[number];

/** Formats that a target may be asked for, in Prometheus' order. */
export const scrapeProtocols = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
] as const;
export type ScrapeProtocol = (typeof scrapeProtocols)[number];
/** Formats that Prometheus knows and this program does not read. */
const unreadable: readonly string[] = ['PrometheusProto', 'OpenMetricsText2.0.0'];

/** The formats of `scrape_protocols` that can be read; undefined when the field is not there. */
export function readProtocols(section: YamlSection): readonly ScrapeProtocol[] | undefined {
  const node = section.field('scrape_protocols');
  if (node === undefined) return undefined;
  const found: ScrapeProtocol[] = [];
  const seen = new Set<string>();
  for (const item of node.items('a list of protocols') ?? []) {
    const text = item.text('a protocol') ?? '';
    if (seen.has(text)) item.problem(`the protocol ${text} stands twice`);
    seen.add(text);
    const protocol = scrapeProtocols.find((name) => name === text);
    if (protocol !== undefined) found.push(protocol);
    else if (unreadable.includes(text))
      item.problem(`${text} is not read; targets are asked for the other protocols`, 'warning');
    else item.problem(`unknown protocol "${text}"; known are ${[...scrapeProtocols, ...unreadable].join(', ')}`);
  }
  if (seen.size === 0) node.problem('expected at least one protocol');
  return found.length === 0 ? scrapeProtocols : found;
}

/** `fallback_scrape_protocol`: how an answer is read that does not say what it is. */
export function readFallback(section: YamlSection): ScrapeProtocol | undefined {
  const text = section.text('fallback_scrape_protocol');
  if (text === undefined || text === '') return undefined;
  const protocol = scrapeProtocols.find((name) => name === text);
  if (protocol === undefined)
    section.problem(
      'fallback_scrape_protocol',
      unreadable.includes(text)
        ? `${text} is not read`
        : `unknown protocol "${text}"; known are ${scrapeProtocols.join(', ')}`,
    );
  return protocol;
}
