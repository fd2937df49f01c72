// This program's own metrics: counters and histograms that are kept, gauges that are asked for when somebody reads; written in
// the Prometheus text format 0.0.4.

type LabelValues = readonly string[];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly lines: () => Iterable<string>;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function writeLabels(names: readonly string[], values: LabelValues, extra = ''): string {
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`);
  if (extra !== '') pairs.push(extra);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function writeNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** A number for each combination of label values that came up. */
export class Counter {
  readonly #values = new Map<string, { readonly labels: LabelValues; value: number }>();

  add(labels: LabelValues, amount = 1): void {
    const key = labels.join('\u0000');
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, { labels, value: amount });
    else known.value += amount;
  }

  entries(): Iterable<{ readonly labels: LabelValues; readonly value: number }> {
    return this.#values.values();
  }
}

interface Distribution {
  readonly labels: LabelValues;
  readonly counts: Float64Array;
  sum: number;
}

export class Histogram {
  readonly bounds: readonly number[];
  readonly #values = new Map<string, Distribution>();

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
  }

  observe(labels: LabelValues, value: number): void {
    const key = labels.join('\u0000');
    let known = this.#values.get(key);
    if (known === undefined) {
      known = { labels, counts: new Float64Array(this.bounds.length + 1), sum: 0 };
      this.#values.set(key, known);
    }
    const at = this.bounds.findIndex((bound) => value <= bound);
    known.counts[at === -1 ? this.bounds.length : at]!++;
    known.sum += value;
  }

  entries(): Iterable<Distribution> {
    return this.#values.values();
  }
}

/** One value of a gauge or counter that is read when asked for. */
export type Reading = readonly [labels: LabelValues, value: number];

export class MetricRegistry {
  readonly #families: Family[] = [];

  counter(name: string, help: string, labelNames: readonly string[]): Counter {
    const counter = new Counter();
    this.#families.push({
      name,
      help,
      type: 'counter',
      lines: () =>
        Iterator.from(counter.entries()).map(
          ({ labels, value }) => `${name}${writeLabels(labelNames, labels)} ${writeNumber(value)}`,
        ),
    });
    return counter;
  }

  histogram(name: string, help: string, labelNames: readonly string[], bounds: readonly number[]): Histogram {
    const histogram = new Histogram(bounds);
    const lines = function* (): Iterable<string> {
      for (const { labels, counts, sum } of histogram.entries()) {
        let total = 0;
        for (const [index, count] of counts.entries()) {
          total += count;
          const bound = writeNumber(bounds[index] ?? Number.POSITIVE_INFINITY);
          yield `${name}_bucket${writeLabels(labelNames, labels, `le="${bound}"`)} ${total}`;
        }
        yield `${name}_sum${writeLabels(labelNames, labels)} ${writeNumber(sum)}`;
        yield `${name}_count${writeLabels(labelNames, labels)} ${total}`;
      }
    };
    this.#families.push({ name, help, type: 'histogram', lines });
    return histogram;
  }

  /** A family whose values are read when somebody asks. */
  reading(
    type: 'counter' | 'gauge',
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Iterable<Reading>,
  ): void {
    this.#families.push({
      name,
      help,
      type,
      lines: () =>
        Iterator.from(read()).map(
          ([labels, value]) => `${name}${writeLabels(labelNames, labels)} ${writeNumber(value)}`,
        ),
    });
  }

  /** Everything in text format 0.0.4. */
  format(): string {
    const lines: string[] = [];
    for (const { name, help, type, lines: valuesOf } of this.#families) {
      lines.push(`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`);
      lines.push(...valuesOf());
    }
    return `${lines.join('\n')}\n`;
  }
}
