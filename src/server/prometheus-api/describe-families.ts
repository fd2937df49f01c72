// This program's own metrics as /status/self_metrics shows them: Prometheus' MetricFamily messages in the JSON of protocol buffers.
import { METRIC_NAME } from '../../model/labels.ts';
import { parsePrometheusText } from '../../formats/prometheus-text/parse.ts';

interface Bucket {
  readonly cumulativeCount: string;
  readonly upperBound: number | string;
}

interface Metric {
  readonly label?: readonly { readonly name: string; readonly value: string }[];
  readonly counter?: { readonly value: number | string };
  readonly gauge?: { readonly value: number | string };
  readonly histogram?: { sampleCount?: string; sampleSum?: number | string; readonly bucket: Bucket[] };
}

export interface DescribedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metric: Metric[];
}

const PART = /_(bucket|sum|count)$/;

/** JSON has no numbers for these. */
function showNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

class FamilyReader {
  readonly families = new Map<string, DescribedFamily & { help: string; type: string }>();
  /** Histograms by name and labels: their samples stand behind each other. */
  readonly #histograms = new Map<string, NonNullable<Metric['histogram']>>();

  of(name: string): DescribedFamily & { help: string; type: string } {
    let family = this.families.get(name);
    if (family === undefined) this.families.set(name, (family = { name, help: '', type: 'UNTYPED', metric: [] }));
    return family;
  }

  add(labels: Iterable<readonly [string, string]>, value: number): void {
    const own = [...labels].map(([name, text]) => ({ name, value: text }));
    const name = own.find((one) => one.name === METRIC_NAME)?.value ?? '';
    const rest = own.filter((one) => one.name !== METRIC_NAME && one.name !== 'le');
    const label = rest.length === 0 ? {} : { label: rest };
    const base = name.replace(PART, '');
    if (this.families.get(base)?.type === 'HISTOGRAM') {
      const bound = own.find((one) => one.name === 'le')?.value;
      return this.#addPart(base, label, name.slice(base.length), bound, value);
    }
    const family = this.of(name);
    family.metric.push({ ...label, [family.type === 'COUNTER' ? 'counter' : 'gauge']: { value: showNumber(value) } });
  }

  #addPart(base: string, label: Pick<Metric, 'label'>, part: string, bound: string | undefined, value: number): void {
    const key = JSON.stringify([base, label]);
    let histogram = this.#histograms.get(key);
    if (histogram === undefined) {
      histogram = { bucket: [] };
      this.#histograms.set(key, histogram);
      this.of(base).metric.push({ ...label, histogram });
    }
    if (part === '_sum') histogram.sampleSum = showNumber(value);
    else if (part === '_count') histogram.sampleCount = String(value);
    // The count says what the last bucket says.
    else if (bound !== '+Inf') histogram.bucket.push({ cumulativeCount: String(value), upperBound: Number(bound) });
  }
}

/** The families of an exposition in text format, by name. */
export function describeFamilies(text: string): readonly DescribedFamily[] {
  const reader = new FamilyReader();
  const result = parsePrometheusText(text, {
    type: (name, type) => void (reader.of(name).type = type.toUpperCase()),
    help: (name, help) => void (reader.of(name).help = help),
    sample: (sample) => reader.add(sample.labels(), sample.value),
  });
  if (!result.ok) throw new Error(`own metrics: ${result.error.message}`);
  return [...reader.families.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
