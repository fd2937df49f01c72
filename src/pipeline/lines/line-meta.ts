// What a frame of lines carries beside its records, so that decoding it again gives the same rows.

export interface LineMeta {
  /** Labels of the stream: {path}, {listener, peer} … */
  readonly stream: Readonly<Record<string, string>>;
  /** Service of records that do not name one. */
  readonly service?: string;
  /** Name of the host that the records come from. */
  readonly host?: string;
  /** Zones that the naive clocks of this source were found to show: `timestamp/T` → `UTC`, `asctime/ ` → `Asia/Shanghai`. */
  readonly clocks?: Readonly<Record<string, string>>;
  /** The source's zone: a naive clock that is not decided yet is UTC or this, whichever lies nearer to the arrival. */
  readonly zone?: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';

function textRecord(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => isText(entry[1])));
}

/** Reads the meta of a frame; what is missing or of a wrong type counts as absent. */
export function readLineMeta(meta: Readonly<Record<string, unknown>>): LineMeta {
  return {
    stream: textRecord(meta['stream']),
    clocks: textRecord(meta['clocks']),
    ...(isText(meta['service']) ? { service: meta['service'] } : {}),
    ...(isText(meta['host']) ? { host: meta['host'] } : {}),
    ...(isText(meta['zone']) ? { zone: meta['zone'] } : {}),
  };
}
