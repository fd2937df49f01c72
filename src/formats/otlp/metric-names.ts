// OpenTelemetry names as Prometheus' OTLP receiver translates them (strategy UnderscoreEscapingWithSuffixes, its defaults in 3.x;
// opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics).

const UNITS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '1': '',
  '%': 'percent',
};
const PER_UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
};
const MAX_CACHED = 10_000;

function lookUp(table: Readonly<Record<string, string>>, unit: string): string {
  const found = Object.hasOwn(table, unit) ? table[unit]! : unit;
  return found.replaceAll(/[^a-zA-Z0-9:]+/g, '_').replace(/^_/, '');
}

/** The suffixes of a UCUM unit: its own and the one behind a slash; annotations in braces say nothing. */
function unitSuffixes(unit: string): readonly [main: string, per: string] {
  const slash = unit.indexOf('/');
  const [main, per] = slash === -1 ? [unit, ''] : [unit.slice(0, slash), unit.slice(slash + 1)];
  const isPlain = (part: string): boolean => part.trim() !== '' && !/[{}]/.test(part);
  return [isPlain(main) ? lookUp(UNITS, main.trim()) : '', isPlain(per) ? `per_${lookUp(PER_UNITS, per.trim())}` : ''];
}

/** What a metric's name depends on beside its own name and unit. */
export type NameKind = 'gauge' | 'counter' | 'other';

/** The family's name. One of which nothing would be left (it has no Latin letter or digit) stays as it is. */
export function translateMetricName(name: string, unit: string, kind: NameKind): string {
  let tokens = name.split(/[^a-zA-Z0-9:]+/).filter((token) => token !== '');
  const [mainSuffix, perSuffix] = unitSuffixes(unit);
  const main = tokens.includes(mainSuffix) ? '' : mainSuffix;
  let per = perSuffix === 'per_' ? '' : perSuffix.replace(/_$/, '');
  if (tokens.includes(per)) per = '';
  if (main !== '') tokens.push(per === '' ? main : main.replace(/_$/, ''));
  if (per !== '') tokens.push(per);
  if (kind === 'counter') tokens = [...tokens.filter((token) => token !== 'total'), 'total'];
  if (kind === 'gauge' && unit === '1') tokens = [...tokens.filter((token) => token !== 'ratio'), 'ratio'];
  if (!/[a-zA-Z0-9:]/.test(name)) return name;
  const joined = tokens.join('_');
  return /^\d/.test(joined) ? `_${joined}` : joined;
}

function computeLabelName(name: string): string {
  const clean = name.replaceAll(/[^a-zA-Z0-9_]/gu, '_');
  if (/^\d/.test(clean)) return `key_${clean}`;
  return clean.startsWith('_') && !clean.startsWith('__') ? `key${clean}` : clean;
}

const labelNames = new Map<string, string>();

/** The label name of an attribute. One of which nothing but underscores would be left stays as it is. */
export function translateLabelName(name: string): string {
  let translated = labelNames.get(name);
  if (translated === undefined) {
    translated = computeLabelName(name);
    if (/^(key)?_*$/.test(translated) && translated !== 'key') translated = name;
    if (labelNames.size >= MAX_CACHED) labelNames.clear();
    labelNames.set(name, translated);
  }
  return translated;
}

/** A number without exponent and without more digits than it needs, as `le` and `quantile` are written. */
export function formatBound(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = '', exponentText] = match;
  const exponent = Number(exponentText);
  const digits = whole! + fraction;
  if (exponent >= 0) return sign! + digits.padEnd(whole!.length + exponent, '0');
  return `${sign}0.${'0'.repeat(-exponent - whole!.length)}${digits}`;
}
