// What OpenMetrics demands beyond the syntax of a line: families in one piece, no clashing names, metadata before samples,
// samples that fit their type, histograms that add up, times that do not run backwards.
import { parseFloatText } from '../../base/float-text.ts';
import { Labels } from '../../model/labels.ts';
import type { SampleReader } from '../exposition/sample-reader.ts';
import type { MetricType } from '../exposition/sink.ts';
import { HistogramChecker } from './histogram-checker.ts';

const MAX_EXEMPLAR_CHARACTERS = 128;

/** Suffixes of the samples that a family of each type may have. */
const suffixes: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
  summary: ['', '_count', '_sum', '_created'],
  info: ['_info'],
  stateset: [''],
  unknown: [''],
};

const neverNegative: ReadonlySet<string> = new Set([
  'counter_total',
  'histogram_bucket',
  'histogram_count',
  'histogram_sum',
  'gaugehistogram_bucket',
  'gaugehistogram_gcount',
  'summary',
  'summary_count',
  'summary_sum',
]);

interface Family {
  readonly name: string;
  type: MetricType;
  readonly metadata: Set<string>;
  unit: string;
  hasSamples: boolean;
}

/** Judges the lines of one body in their order; each method gives the reason for a refusal. */
export class FamilyChecker {
  readonly #names = new Set<string>();
  #family: Family | undefined;
  readonly #groups = new Set<string>();
  #group: string | undefined;
  #lastSeconds: number | undefined;
  #histogram: HistogramChecker | undefined;

  type(name: string, type: MetricType): string | undefined {
    const problem = this.#metadata(name, 'TYPE');
    if (problem === undefined && this.#family !== undefined) this.#family.type = type;
    return problem;
  }

  help(name: string): string | undefined {
    return this.#metadata(name, 'HELP');
  }

  unit(name: string, unit: string): string | undefined {
    const problem = this.#metadata(name, 'UNIT');
    if (problem === undefined && this.#family !== undefined) this.#family.unit = unit;
    return problem;
  }

  #metadata(name: string, keyword: string): string | undefined {
    const problem = this.#family?.name === name ? undefined : this.#open(name);
    const family = this.#family;
    if (problem !== undefined || family === undefined) return problem;
    if (family.hasSamples) return `${keyword} of "${name}" stands behind its samples`;
    if (family.metadata.has(keyword)) return `${keyword} of "${name}" stands twice`;
    family.metadata.add(keyword);
    return undefined;
  }

  #open(name: string): string | undefined {
    const problem = this.end();
    this.#family = { name, type: 'unknown', metadata: new Set(), unit: '', hasSamples: false };
    return problem;
  }

  /** Closes the last family. */
  end(): string | undefined {
    const family = this.#family;
    this.#family = undefined;
    if (family === undefined) return undefined;
    const problem = this.#closeGroup();
    this.#groups.clear();
    if (problem !== undefined) return problem;
    if (family.unit !== '' && (family.type === 'info' || family.type === 'stateset'))
      return `"${family.name}" is of type ${family.type}, which has no unit`;
    for (const suffix of new Set(['', ...suffixes[family.type]])) {
      const name = family.name + suffix;
      if (this.#names.has(name)) return `the name "${name}" belongs to two metric families`;
      this.#names.add(name);
    }
    return undefined;
  }

  sample(sample: SampleReader, seconds: number | undefined): string | undefined {
    const name = sample.metricName();
    const labels = new Map(sample.pairs());
    if (this.#suffix(name) === undefined) {
      const problem = this.#open(name);
      if (problem !== undefined) return problem;
    }
    const family = this.#family;
    const suffix = this.#suffix(name);
    if (family === undefined || suffix === undefined) return `"${name}" fits no metric family`;
    family.hasSamples = true;
    return (
      this.#checkGroup(family, suffix, labels, seconds) ??
      this.#checkExemplar(family, suffix, sample) ??
      this.#checkValue(family, suffix, labels, sample.value)
    );
  }

  #suffix(name: string): string | undefined {
    const family = this.#family;
    if (family === undefined || !name.startsWith(family.name)) return undefined;
    const suffix = name.slice(family.name.length);
    return suffixes[family.type].includes(suffix) ? suffix : undefined;
  }

  #checkGroup(
    family: Family,
    suffix: string,
    labels: ReadonlyMap<string, string>,
    seconds: number | undefined,
  ): string | undefined {
    const own = { histogram: 'le', gaugehistogram: 'le', summary: 'quantile', stateset: family.name };
    const left = own[family.type as keyof typeof own];
    const isOwnSample = suffix === '' || suffix === '_bucket';
    const key = Labels.of([...labels].filter(([name]) => !(isOwnSample && name === left))).key;
    if (key !== this.#group) {
      const problem = this.#closeGroup();
      if (problem !== undefined) return problem;
      if (this.#groups.has(key)) return `samples of one metric in "${family.name}" do not stand together`;
      this.#groups.add(key);
      this.#group = key;
      if (family.type === 'histogram' || family.type === 'gaugehistogram')
        this.#histogram = new HistogramChecker(family.type);
    } else if ((this.#lastSeconds === undefined) !== (seconds === undefined)) {
      return `only some samples of one metric in "${family.name}" have a timestamp`;
    } else if (seconds !== undefined && seconds < (this.#lastSeconds ?? seconds)) {
      return `timestamps of one metric in "${family.name}" run backwards`;
    } else if (seconds !== this.#lastSeconds) {
      const problem = this.#histogram?.nextTime();
      if (problem !== undefined) return problem;
    }
    this.#lastSeconds = seconds;
    return undefined;
  }

  #closeGroup(): string | undefined {
    const problem = this.#histogram?.end();
    this.#histogram = undefined;
    this.#group = undefined;
    this.#lastSeconds = undefined;
    return problem;
  }

  #checkExemplar(family: Family, suffix: string, sample: SampleReader): string | undefined {
    const { exemplar } = sample;
    if (exemplar === undefined) return undefined;
    const isAllowed =
      (family.type === 'counter' && suffix === '_total') ||
      ((family.type === 'histogram' || family.type === 'gaugehistogram') && suffix === '_bucket');
    if (!isAllowed) return `a sample "${suffix}" of a ${family.type} may not have an exemplar`;
    let characters = 0;
    for (const text of exemplar.labels.flat)
      characters += text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, 'x').length;
    return characters > MAX_EXEMPLAR_CHARACTERS
      ? `the exemplar's labels have ${characters} characters, more than ${MAX_EXEMPLAR_CHARACTERS}`
      : undefined;
  }

  #checkValue(family: Family, suffix: string, labels: ReadonlyMap<string, string>, value: number): string | undefined {
    const { name, type } = family;
    if (neverNegative.has(type + suffix)) {
      const isQuantile = type === 'summary' && suffix === '';
      if (value < 0 || (Number.isNaN(value) && !isQuantile)) return `"${name}${suffix}" may not be ${value}`;
    }
    if (type === 'info' && value !== 1) return `an info must be 1, "${name}" is ${value}`;
    if (type === 'stateset') {
      if (!labels.has(name)) return `a stateset needs the label "${name}"`;
      if (value !== 0 && value !== 1) return `a stateset must be 0 or 1, "${name}" is ${value}`;
    }
    if (type === 'summary' && suffix === '') {
      const quantile = parseFloatText(labels.get('quantile') ?? '');
      if (quantile === undefined || !(quantile >= 0 && quantile <= 1))
        return `"${name}" needs the label "quantile" with a number from 0 to 1`;
    }
    return this.#histogram?.sample(name, suffix, labels.get('le'), value);
  }
}
