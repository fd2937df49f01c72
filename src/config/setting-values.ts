// How the values of settings are written: addresses, sizes, shares, durations. Each reader says what it expected.
import { err, ok, type Result } from '../base/result.ts';

/** Where something listens; `off` is undefined. Port 0 lets the system choose. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const quote = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** "HOST:PORT", ":PORT", "PORT" (both mean loopback), "[::1]:PORT", or "off". */
export function readAddress(value: unknown): Result<Address | undefined, string> {
  if (value === 'off' || value === false) return ok(undefined);
  const text = String(value);
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^[\]:\s]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535)
    return err(`expected HOST:PORT (127.0.0.1:7070, [::1]:7070) or off, got ${quote(value)}`);
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '');
  return ok({ host: host === '' ? '127.0.0.1' : host, port });
}

/** The address as it is written in a URL or in a flag. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine can reach the address. A name other than localhost is not trusted to stay here. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

export function readBoolean(value: unknown): Result<boolean, string> {
  if (value === true || value === 'true') return ok(true);
  if (value === false || value === 'false') return ok(false);
  return err(`expected true or false, got ${quote(value)}`);
}

export function readText(value: unknown): Result<string, string> {
  if (typeof value === 'string' && value !== '') return ok(value);
  if (typeof value === 'number') return ok(String(value));
  return err(`expected a text, got ${quote(value)}`);
}

/** One text or a list of them. */
/** An http or https URL without the slash at its end, or `auto`. */
export function readUrl(value: unknown): Result<string, string> {
  if (value === 'auto') return ok(value);
  if (typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value))
    return ok(value.replace(/\/+$/, ''));
  return err(`expected a URL like https://holter.example:7070, got ${JSON.stringify(value)}`);
}

export function readTexts(value: unknown): Result<readonly string[], string> {
  const texts: string[] = [];
  for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const text = readText(item);
    if (!text.ok) return text;
    texts.push(text.value);
  }
  return ok(texts);
}

/** A whole number from 1 on. */
export function readCount(value: unknown): Result<number, string> {
  const text = String(value).replaceAll('_', '');
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0)
    return err(`expected a whole number from 1 on, got ${quote(value)}`);
  return ok(Number(text));
}

const DAY = 86_400;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: DAY, w: 7 * DAY, y: 365 * DAY };

/** Seconds of "90s", "12h", "7d", "4w", "1y". */
export function readSpan(value: unknown): Result<number, string> {
  const match = /^(\d{1,9})([smhdwy])$/.exec(String(value));
  if (match === null || Number(match[1]) === 0)
    return err(`expected a time span such as 12h, 7d or 4w, got ${quote(value)}`);
  return ok(Number(match[1]) * SECONDS[match[2]!]!);
}

const SIZES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes of "500MB", "10GiB", "1024". */
export function readBytes(value: unknown): Result<number, string> {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)\s*([kmgt]i?)?b?$/i.exec(String(value));
  if (match === null) return err(`expected a size such as 500MB or 10GiB, got ${quote(value)}`);
  return ok(Math.floor(Number(match[1]) * SIZES[(match[2] ?? '').toLowerCase()]!));
}

/** A share of a whole, 0–1, of "80%". */
export function readShare(value: unknown): Result<number, string> {
  const match = /^(\d{1,3}(?:\.\d{1,3})?)\s*%$/.exec(String(value));
  const share = Number(match?.[1]) / 100;
  if (match === null || share <= 0 || share > 1) return err(`expected a share such as 80%, got ${quote(value)}`);
  return ok(share);
}

/** One of `choices`. */
export function readChoice<T extends string>(choices: readonly T[]): (value: unknown) => Result<T, string> {
  return (value) => {
    const found = choices.find((choice) => choice === value);
    return found === undefined ? err(`expected one of ${choices.join(', ')}, got ${quote(value)}`) : ok(found);
  };
}
