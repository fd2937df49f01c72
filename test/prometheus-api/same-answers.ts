// Asks a real Prometheus and this API the same, and says where the answers differ. Numbers may differ in their last digits, times of
// evaluations and the order of series do not count.
import { compareStrings } from '../../src/base/compare-strings.ts';
import type { RecordedRequest } from './grafana-requests.ts';

const TOLERANCE = 1e-9;
/** Fields whose values are the run's own. */
const OWN_FIELDS = new Set(['stats', 'lastEvaluation', 'evaluationTime', 'activeAt', 'file', 'headStats']);

export interface Answer {
  readonly code: number;
  readonly body: unknown;
}

/** Sends `request` to BASE/api/v1. */
export async function send(base: string, { method, path, form }: RecordedRequest): Promise<Answer> {
  const url = `${base}/api/v1${path}`;
  const response =
    method === 'GET'
      ? await fetch(`${url}?${form}`)
      : await fetch(url, {
          method,
          body: form,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        });
  const text = await response.text();
  return { code: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

function sortKey(value: unknown): string {
  const one = value as { metric?: unknown; name?: unknown };
  return textOf(sortFields(one?.metric ?? one?.name ?? value));
}

/** Fields in the order of their names; lists of objects in the order of what they are about. */
function sortFields(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sortFields);
    const isObjects = items.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
    return isObjects ? items.toSorted((left, right) => compareStrings(sortKey(left), sortKey(right))) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !OWN_FIELDS.has(name));
  return Object.fromEntries(fields.map(([name, inner]) => [name, sortFields(inner)] as const).toSorted(byName));
}

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  compareStrings(left, right);

function isSameNumber(left: string, right: string): boolean {
  const [a, b] = [Number(left), Number(right)];
  if (left.trim() === '' || Number.isNaN(a) || Number.isNaN(b)) return false;
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function compare(theirs: unknown, ours: unknown, path: string): string | undefined {
  if (theirs === ours) return undefined;
  if (typeof theirs === 'string' && typeof ours === 'string' && isSameNumber(theirs, ours)) return undefined;
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isObject(theirs) || !isObject(ours) || Array.isArray(theirs) !== Array.isArray(ours))
    return `${path}: Prometheus ${textOf(theirs)}, we ${textOf(ours)}`;
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  for (const name of names) {
    const found = compare(theirs[name], ours[name], `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first difference; undefined when there is none. */
export function differenceOf(theirs: Answer, ours: Answer): string | undefined {
  if (theirs.code !== ours.code)
    return `status: Prometheus ${theirs.code} ${textOf(theirs.body)}, we ${ours.code} ${textOf(ours.body)}`;
  return compare(sortFields(theirs.body), sortFields(ours.body), '');
}
