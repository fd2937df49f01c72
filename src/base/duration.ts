// Durations as Prometheus writes them: 1h30m, units from years to milliseconds, each once and falling.

const SECOND = 1000;
const units: readonly (readonly [string, number])[] = [
  ['y', 365 * 86_400 * SECOND],
  ['w', 7 * 86_400 * SECOND],
  ['d', 86_400 * SECOND],
  ['h', 3600 * SECOND],
  ['m', 60 * SECOND],
  ['s', SECOND],
  ['ms', 1],
];
const MAX_MS = 2 ** 63 / 1e6;

/** Milliseconds of `text`, or the reason why it is none. Zero needs no unit. */
export function parseDuration(text: string): number | string {
  if (text === '0') return 0;
  if (text === '') return 'empty duration string';
  let total = 0;
  let lastUnit = -1;
  let rest = text;
  while (rest !== '') {
    const part = /^(\d+)(\D+)/.exec(rest);
    if (part === null) return `not a valid duration string: ${JSON.stringify(text)}`;
    const index = units.findIndex(([name]) => name === part[2]);
    const unit = units[index];
    if (unit === undefined) return `unknown unit ${JSON.stringify(part[2])} in duration ${JSON.stringify(text)}`;
    if (index <= lastUnit) return `not a valid duration string: ${JSON.stringify(text)}`;
    lastUnit = index;
    total += Number(part[1]) * unit[1];
    if (total >= MAX_MS) return 'duration out of range';
    rest = rest.slice(part[0].length);
  }
  return total;
}

/** The shortest form of `ms`, fractions of a millisecond cut off. */
export function formatDuration(ms: number): string {
  let left = Math.trunc(Math.abs(ms));
  if (left === 0) return '0s';
  let text = ms < 0 ? '-' : '';
  for (const [name, size] of units) {
    // Years and weeks only when nothing is left over: 90d reads better than 12w6d.
    if ((name === 'y' || name === 'w') && left % size !== 0) continue;
    const count = Math.floor(left / size);
    if (count === 0) continue;
    text += `${count}${name}`;
    left -= count * size;
  }
  return text;
}
