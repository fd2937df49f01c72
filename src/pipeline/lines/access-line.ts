// Access lines: what werkzeug, gunicorn, uvicorn, hypercorn and nginx write of a request.

/** host[:port] - user [time] "METHOD target protocol" status size … */
const ACCESS =
  /^(?<host>[\w.:[\]-]+?)(?::(?<port>\d{1,5}))? - (?:(?<user>[^\s"[]+) )?(?:\[(?<time>[^\]]{10,40})\] )?"(?<method>[A-Z]{3,10}) (?<target>\S+)(?: HTTP\/(?<version>[\d.]+))?" (?<status>\d{3})(?: (?<size>\d+|-))?/;
const BRACKETED =
  /^\[(?<time>\d\d\/[A-Z][a-z]{2}\/\d{4}[: ][^\]]+)\] "(?<method>[A-Z]{3,10}) (?<target>\S+)(?: HTTP\/(?<version>[\d.]+))?" (?<status>\d{3})(?: (?<size>\d+|-))?/;
const APACHE_TIME = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4})[: ](\d\d:\d\d:\d\d)(?: ([+-]\d\d)(\d\d))?$/;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

export interface AccessLine {
  /** ISO 8601, without a zone where the line has none; undefined when it shows no time. */
  readonly time: string | undefined;
  readonly texts: readonly (readonly [name: string, value: string])[];
  readonly numbers: readonly (readonly [name: string, value: number])[];
}

function isoTime(text: string | undefined): string | undefined {
  const parts = APACHE_TIME.exec(text ?? '');
  const month = months.indexOf(parts?.[2] ?? '') + 1;
  if (parts === null || month === 0) return undefined;
  const zone = parts[5] === undefined ? '' : `${parts[5]}:${parts[6]}`;
  return `${parts[3]}-${String(month).padStart(2, '0')}-${parts[1]}T${parts[4]}${zone}`;
}

/** Reads an access line; names are OpenTelemetry's. Undefined when it is none. */
export function readAccessLine(line: string): AccessLine | undefined {
  if (!line.includes('"')) return undefined;
  const found = (ACCESS.exec(line) ?? BRACKETED.exec(line))?.groups;
  if (found === undefined) return undefined;
  const { host, user, method = '', target = '', version, status, size } = found;
  const query = target.indexOf('?');
  const texts: (readonly [string, string])[] = [
    ['http.request.method', method],
    ['url.path', query < 0 ? target : target.slice(0, query)],
  ];
  if (query >= 0) texts.push(['url.query', target.slice(query + 1)]);
  if (host !== undefined) texts.unshift(['client.address', host]);
  if (user !== undefined && user !== '-') texts.push(['user.name', user]);
  if (version !== undefined) texts.push(['network.protocol.version', version]);
  const numbers: (readonly [string, number])[] = [['http.response.status_code', Number(status)]];
  if (size !== undefined && size !== '-') numbers.push(['http.response.body.size', Number(size)]);
  return { time: isoTime(found['time']), texts, numbers };
}
