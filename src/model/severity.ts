// Levels as Python services write them → OpenTelemetry severity numbers (1–24; 0 is unknown).

const words: Readonly<Record<string, number>> = {
  trace: 1,
  notset: 0,
  debug: 5,
  dbg: 5,
  verbose: 5,
  info: 9,
  inf: 9,
  information: 9,
  informational: 9,
  success: 9,
  notice: 10,
  warn: 13,
  wrn: 13,
  warning: 13,
  error: 17,
  err: 17,
  severe: 17,
  exception: 17,
  critical: 21,
  crit: 21,
  crt: 21,
  fatal: 21,
  ftl: 21,
  alert: 22,
  panic: 22,
  emerg: 23,
  emergency: 23,
  调试: 5,
  信息: 9,
  警告: 13,
  错误: 17,
  严重: 21,
  致命: 21,
};

const byWord: ReadonlyMap<string, number> = new Map(Object.entries(words));
const single: ReadonlyMap<string, number> = new Map([
  ['T', 1],
  ['D', 5],
  ['V', 5],
  ['I', 9],
  ['N', 10],
  ['W', 13],
  ['E', 17],
  ['C', 21],
  ['F', 21],
]);

/** The severity number of a level word in any case; 0 when it is none. */
export function severityOfWord(word: string): number {
  return byWord.get(word.toLowerCase()) ?? single.get(word) ?? numeric(word);
}

function numeric(word: string): number {
  return /^\d{1,2}$/.test(word) ? severityOfNumber(Number(word), 'python') : 0;
}

/** Whose numbers they are: Python's logging (10 debug … 50 critical), pino's (10 trace … 60 fatal), OpenTelemetry's own. */
export type SeverityScale = 'python' | 'pino' | 'otel';

const syslog = [23, 22, 21, 17, 13, 10, 9, 5];

/** The severity number of a level given as a number. Python's custom levels lie between its own; below 8 it is syslog's. */
export function severityOfNumber(level: number, scale: SeverityScale): number {
  if (!Number.isInteger(level) || level < 0) return 0;
  if (scale === 'otel') return level <= 24 ? level : 0;
  if (scale === 'python' && level < 8) return syslog[level]!;
  if (level > 60) return 0;
  const steps = scale === 'pino' || level === 60 ? [1, 5, 9, 13, 17, 21] : [5, 9, 13, 17, 21, 21];
  if (scale === 'python' && level < 10) return 1;
  return steps[Math.floor(level / 10) - 1] ?? 0;
}
