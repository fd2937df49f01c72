// The server's own log on standard output: JSON lines, or short lines of text for a person at a terminal.
import { pino, type Logger } from 'pino';

const LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };
const STANDARD_FIELDS = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err', 'reqId']);

/** A control character of what somebody sent must not reach the terminal. */
function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '�');
}

function formatLine(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown> & {
    msg?: string;
    err?: { stack?: string; message?: string };
  };
  const time = new Date(Number(entry['time'])).toISOString().slice(11, 23);
  const more = Object.entries(entry)
    .filter(([name]) => !STANDARD_FIELDS.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  const error = entry.err === undefined ? '' : `\n${entry.err.stack ?? entry.err.message ?? ''}`;
  const level = LEVELS[Number(entry['level'])] ?? String(entry['level']);
  return `${withoutControls(`${time} ${level.padEnd(5)} ${entry.msg ?? ''}${more}${error}`)}\n`;
}

export function createOwnLog(level: string, format: 'auto' | 'text' | 'json'): Logger {
  const destination = pino.destination({ dest: 1, sync: true });
  const isText = format === 'text' || (format === 'auto' && process.stdout.isTTY);
  if (!isText) return pino({ level, timestamp: pino.stdTimeFunctions.epochTime }, destination);
  return pino({ level }, { write: (line: string) => void destination.write(formatLine(line)) });
}
