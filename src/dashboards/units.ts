// Grafana's unit names: how a value of each is scaled and what stands beside it. A new one is one line.

/** Factors apart, the smallest unit first. */
export interface Scale {
  readonly base: number;
  readonly names: readonly string[];
}

export type Unit =
  /** The value as it is, with a sign before or behind it. */
  | { readonly kind: 'plain'; readonly suffix: string; readonly prefix?: string }
  /** Times `factor` first: percentunit. */
  | { readonly kind: 'factor'; readonly factor: number; readonly suffix: string }
  /** k, M, G … of thousands or of 1024, then `suffix`; `start` is the place in the scale that the value is already in. */
  | {
      readonly kind: 'scaled';
      readonly scale: Scale;
      readonly suffix: string;
      readonly start: number;
      readonly prefix?: string;
    }
  /** Seconds times `factor`, in the unit that fits. */
  | { readonly kind: 'duration'; readonly factor: number }
  /** Seconds times `factor`, as 1:02:03. */
  | { readonly kind: 'clock'; readonly factor: number }
  | { readonly kind: 'time'; readonly style: 'iso' | 'local' | 'ago' }
  | { readonly kind: 'words'; readonly no: string; readonly yes: string }
  | { readonly kind: 'hex' }
  | { readonly kind: 'scientific' };

export const decimalScale: Scale = { base: 1000, names: ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'] };
/** From 10⁻⁹ up; `start` 3 is one. */
const wideScale: Scale = { base: 1000, names: ['n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] };
const shortScale: Scale = { base: 1000, names: ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr'] };
const binaryScale: Scale = { base: 1024, names: ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] };

const plain = (suffix: string): Unit => ({ kind: 'plain', suffix });
const short = (suffix: string): Unit => ({ kind: 'scaled', scale: shortScale, suffix, start: 0 });
const si = (suffix: string, start = 0): Unit => ({ kind: 'scaled', scale: decimalScale, suffix, start });
const wide = (suffix: string, start = 3): Unit => ({ kind: 'scaled', scale: wideScale, suffix, start });
const binary = (suffix: string, start = 0): Unit => ({ kind: 'scaled', scale: binaryScale, suffix, start });
const money = (sign: string): Unit => ({ kind: 'scaled', scale: shortScale, suffix: '', start: 0, prefix: sign });
const duration = (factor: number): Unit => ({ kind: 'duration', factor });

const sizes = ['', 'k', 'm', 'g', 't', 'p'];
/** "decmbytes", "KBs": the value is already counted in thousands of the unit. */
const sized = (make: (prefix: string) => string, unit: (start: number) => Unit): [string, Unit][] =>
  sizes.slice(1).map((prefix, place) => [make(prefix), unit(place + 1)]);

const entries: readonly (readonly [string, Unit])[] = [
  ['none', plain('')],
  ['string', plain('')],
  ['short', short('')],
  ['sishort', si('')],
  ['locale', plain('')],
  ['percent', plain('%')],
  ['percentunit', { kind: 'factor', factor: 100, suffix: '%' }],
  ['humidity', plain('%H')],
  ['dB', plain(' dB')],
  ['ppm', plain(' ppm')],
  ['hex', { kind: 'hex' }],
  ['hex0x', { kind: 'hex' }],
  ['sci', { kind: 'scientific' }],
  ['pixel', plain('px')],
  ['bytes', binary('B')],
  ['decbytes', si('B')],
  ['bits', binary('b')],
  ['decbits', si('b')],
  ...sized(
    (prefix) => `${prefix}bytes`,
    (start) => binary('B', start),
  ),
  ...sized(
    (prefix) => `dec${prefix}bytes`,
    (start) => si('B', start),
  ),
  ['pps', si(' p/s')],
  ['bps', si('b/s')],
  ['Bps', si('B/s')],
  ['binbps', binary('b/s')],
  ['binBps', binary('B/s')],
  ...sized(
    (prefix) => `${prefix.toUpperCase()}Bs`,
    (start) => si('B/s', start),
  ),
  ...sized(
    (prefix) => `${prefix.toUpperCase()}bits`,
    (start) => si('b/s', start),
  ),
  ...sized(
    (prefix) => `${prefix.toUpperCase()}iBs`,
    (start) => binary('B/s', start),
  ),
  ['s', duration(1)],
  ['ms', duration(1e-3)],
  ['µs', duration(1e-6)],
  ['ns', duration(1e-9)],
  ['m', duration(60)],
  ['h', duration(3600)],
  ['d', duration(86_400)],
  ['dtdurations', duration(1)],
  ['dtdurationms', duration(1e-3)],
  ['dthms', { kind: 'clock', factor: 1 }],
  ['dtdhms', { kind: 'clock', factor: 1 }],
  ['clocks', { kind: 'clock', factor: 1 }],
  ['clockms', { kind: 'clock', factor: 1e-3 }],
  ['timeticks', duration(0.01)],
  ['hertz', wide('Hz')],
  ['rotrpm', plain(' rpm')],
  ['cps', short(' c/s')],
  ['ops', short(' ops/s')],
  ['reqps', short(' req/s')],
  ['rps', short(' rd/s')],
  ['wps', short(' wr/s')],
  ['iops', short(' io/s')],
  ['eps', short(' evt/s')],
  ['mps', short(' msg/s')],
  ['recps', short(' rec/s')],
  ['rowsps', short(' rows/s')],
  ['cpm', short(' c/min')],
  ['opm', short(' ops/min')],
  ['reqpm', short(' req/min')],
  ['rpm', short(' rd/min')],
  ['wpm', short(' wr/min')],
  ['mpm', short(' msg/min')],
  ['celsius', plain(' °C')],
  ['fahrenheit', plain(' °F')],
  ['kelvin', plain(' K')],
  ['watt', wide('W')],
  ['kwatt', si('W', 1)],
  ['watth', wide('Wh')],
  ['kwatth', si('Wh', 1)],
  ['joule', wide('J')],
  ['amp', wide('A')],
  ['volt', wide('V')],
  ['lengthm', wide('m')],
  ['lengthkm', si('m', 1)],
  ['massg', wide('g')],
  ['masskg', si('g', 1)],
  ['pressurehpa', plain(' hPa')],
  ['velocityms', plain(' m/s')],
  ['velocitykmh', plain(' km/h')],
  ['flops', si('FLOPS')],
  ['currencyUSD', money('$')],
  ['currencyEUR', money('€')],
  ['currencyGBP', money('£')],
  ['currencyCNY', money('¥')],
  ['currencyJPY', money('¥')],
  ['currencyINR', money('₹')],
  ['currencyKRW', money('₩')],
  ['dateTimeAsIso', { kind: 'time', style: 'iso' }],
  ['dateTimeAsIsoNoDateIfToday', { kind: 'time', style: 'iso' }],
  ['dateTimeAsLocal', { kind: 'time', style: 'local' }],
  ['dateTimeAsUS', { kind: 'time', style: 'local' }],
  ['dateTimeAsSystem', { kind: 'time', style: 'local' }],
  ['dateTimeFromNow', { kind: 'time', style: 'ago' }],
  ['bool', { kind: 'words', no: 'False', yes: 'True' }],
  ['bool_yes_no', { kind: 'words', no: 'No', yes: 'Yes' }],
  ['bool_on_off', { kind: 'words', no: 'Off', yes: 'On' }],
];

const table: ReadonlyMap<string, Unit> = new Map(entries);

/** "si:mW": the metre-like unit behind its prefix. */
function prefixedSi(text: string): Unit {
  const parts = /^([nuµmkMGTPE])(\p{L}.*)$/u.exec(text);
  if (parts === null) return wide(text);
  return wide(parts[2] ?? '', wideScale.names.indexOf((parts[1] ?? '').replace('u', 'µ')));
}

/** Forms that carry the unit's text themselves: `suffix:次`. */
const ownForms: Readonly<Record<string, (text: string) => Unit>> = {
  suffix: plain,
  prefix: (text) => ({ kind: 'plain', suffix: '', prefix: text }),
  si: prefixedSi,
  count: (text) => short(` ${text}`),
  currency: money,
  time: () => ({ kind: 'time', style: 'local' }),
};

/** The unit that a dashboard names; an unknown name stands behind the value. */
export function unitOf(name: string): Unit {
  const known = table.get(name);
  if (known !== undefined) return known;
  const [, form = '', text = ''] = /^(\w+):(.*)$/s.exec(name) ?? [];
  return ownForms[form]?.(text) ?? plain(name === '' ? '' : ` ${name}`);
}
