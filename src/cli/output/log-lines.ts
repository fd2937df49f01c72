// Log rows as lines for a terminal.
import type { Attribute } from '../../api/common.ts';
import type { LogRow } from '../../api/logs.ts';
import { printable, type Palette } from './palette.ts';

const LEVEL_WIDTH = 5;

/** Nanoseconds since 1970 as 2026-11-21T10:44:00.123Z. */
export function formatInstant(nanos: string): string {
  return new Date(Number(BigInt(nanos) / 1_000_000n)).toISOString();
}

function formatAttribute({ name, value }: Attribute, palette: Palette): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${palette.dim(`${printable(name)}=`)}${printable(/[\s"]/.test(text) ? JSON.stringify(text) : text)}`;
}

function paintLevel({ level, severityText }: LogRow, palette: Palette): string {
  const text = printable(severityText === '' ? level : severityText)
    .toUpperCase()
    .padEnd(LEVEL_WIDTH);
  if (level === 'error' || level === 'fatal') return palette.red(text);
  return level === 'warn' ? palette.yellow(text) : text;
}

/** Keeps line breaks, makes everything else that could steer a terminal visible. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** One row, with its traceback below it when it has one that the body does not show already. */
export function formatLogRow(row: LogRow, palette: Palette): string {
  const attributes = row.attributes.map((attribute) => formatAttribute(attribute, palette));
  const head = [palette.dim(formatInstant(row.time)), paintLevel(row, palette), palette.cyan(printable(row.service))];
  const line = [...head, printableLines(row.body), ...attributes].filter((part) => part !== '').join(' ');
  const stack = row.exception?.stack ?? '';
  return stack === '' || row.body.includes(stack.trim()) ? line : `${line}\n${printableLines(stack.trimEnd())}`;
}
