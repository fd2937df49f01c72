// How a StatsD name becomes a Prometheus metric. Names that hold a label in themselves give it up, where they are known to.

interface MetricName {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
}

interface NameRule {
  readonly pattern: RegExp;
  readonly name: string;
  readonly label: string;
}

/** One line a name that carries a label. $1 is what stands before it, $2 the label's value. */
const rules: readonly NameRule[] = [
  { pattern: /^(.*\.)?gunicorn\.request\.status\.(\d+)$/, name: 'gunicorn.request.status', label: 'code' },
  { pattern: /^(.*\.)?gunicorn\.log\.(critical|error|warning|exception)$/, name: 'gunicorn.log', label: 'level' },
];

/** Characters that a metric or label may not have become _. */
export function cleanName(text: string): string {
  const clean = text.replaceAll(/[^a-zA-Z0-9_:]/g, '_');
  return /^[0-9]/.test(clean) ? `_${clean}` : clean;
}

export function metricNameOf(statsdName: string): MetricName {
  for (const { pattern, name, label } of rules) {
    const match = pattern.exec(statsdName);
    if (match !== null) return { name: cleanName(`${match[1] ?? ''}${name}`), labels: [[label, match[2] ?? '']] };
  }
  return { name: cleanName(statsdName), labels: [] };
}
