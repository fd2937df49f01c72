// StatsD lines with DogStatsD's extensions: `name:1|c|@0.1|#tag:value,…`. Several values may stand behind a name.
// https://github.com/statsd/statsd/blob/master/docs/metric_types.md, https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/

export type StatsdType = 'counter' | 'gauge' | 'timer' | 'histogram' | 'set';

/** One line. */
export interface StatsdSample {
  readonly name: string;
  readonly type: StatsdType;
  /** As written: a set counts different texts, and a gauge with a sign is changed by that much. */
  readonly values: readonly string[];
  /** 1 for every value, 0.1 for every tenth. */
  readonly rate: number;
  readonly tags: readonly (readonly [name: string, value: string])[];
}

/** A line that is none of ours: an event or a service check, or one that cannot be read. */
export type StatsdOther = 'event' | 'service check' | { readonly problem: string };

const types: Readonly<Record<string, StatsdType>> = {
  c: 'counter',
  g: 'gauge',
  ms: 'timer',
  h: 'histogram',
  d: 'histogram',
  s: 'set',
};
const MAX_TAGS = 60;

function readTags(text: string): [string, string][] {
  const tags: [string, string][] = [];
  for (const tag of text.split(',', MAX_TAGS)) {
    if (tag === '') continue;
    const colon = tag.indexOf(':');
    tags.push(colon === -1 ? [tag, 'true'] : [tag.slice(0, colon), tag.slice(colon + 1)]);
  }
  return tags;
}

/** Reads one line, without its line break. */
export function parseStatsdLine(line: string): StatsdSample | StatsdOther {
  if (line.startsWith('_e{')) return 'event';
  if (line.startsWith('_sc|')) return 'service check';
  const [head = '', code = '', ...sections] = line.split('|');
  const colon = head.indexOf(':');
  if (colon < 1) return { problem: 'expected NAME:VALUE|TYPE' };
  const type = types[code];
  if (type === undefined)
    return { problem: `unknown type "${code.slice(0, 20)}"; known are ${Object.keys(types).join(', ')}` };
  const name = head.slice(0, colon);
  const text = head.slice(colon + 1);
  const values = type === 'set' ? [text] : text.split(':');
  if (type !== 'set' && !values.every((value) => value !== '' && Number.isFinite(Number(value))))
    return { problem: `expected a number, got "${text.slice(0, 40)}"` };
  let rate = 1;
  let tags: [string, string][] = [];
  for (const section of sections) {
    if (section.startsWith('@')) rate = Number(section.slice(1));
    else if (section.startsWith('#')) tags = readTags(section.slice(1));
  }
  if (!(rate > 0 && rate <= 1)) return { problem: 'expected a sample rate between 0 and 1' };
  return { name, type, values, rate, tags };
}
