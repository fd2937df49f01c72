// Writes metrics in Prometheus' text format.

const escapeValue = (text: string): string =>
  text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`);
const escapeHelp = (text: string): string => text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`);

function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

export type MetricLabels = Readonly<Record<string, string>>;

/** Text for what stands behind a metric's name: `{a="b"} 1`. */
export function formatSample(labels: MetricLabels, value: number): string {
  const inner = Object.entries(labels).map(([name, text]) => `${name}="${escapeValue(text)}"`);
  return `${inner.length === 0 ? '' : `{${inner.join(',')}}`} ${formatValue(value)}\n`;
}

/** Families one after the other; the samples of a family follow its head. */
export class Exposition {
  #text = '';
  #name = '';

  /** Begins a family. */
  family(name: string, type: 'counter' | 'gauge' | 'histogram' | 'untyped', help: string): this {
    this.#name = name;
    this.#text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    return this;
  }

  /** A sample of the family; `suffix` for the parts of a histogram. A value that is not known is left out. */
  sample(value: number | undefined, labels: MetricLabels = {}, suffix = ''): this {
    if (value !== undefined) this.#text += `${this.#name}${suffix}${formatSample(labels, value)}`;
    return this;
  }

  /** A family with one sample, left out when its value is not known. */
  single(name: string, type: 'counter' | 'gauge' | 'untyped', help: string, value: number | undefined): this {
    return value === undefined ? this : this.family(name, type, help).sample(value);
  }

  get text(): string {
    return this.#text;
  }
}
