// The part of a log query (LogQL) that a logs panel shows here: {label="value", …} and line filters. Anything behind a pipe that computes is
// refused by name.
import { err, ok, type Result } from '../base/result.ts';

export interface LogCondition {
  readonly field: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface LogSelector {
  readonly labels: readonly LogCondition[];
  /** Conditions on the line: `=` contains, `!=` does not, `=~` and `!~` match. */
  readonly lines: readonly LogCondition[];
}

const STRING = String.raw`("(?:[^"\\]|\\.)*"|\x60[^\x60]*\x60)`;
const LABEL = new RegExp(String.raw`^\s*([\p{L}_][\p{L}\p{N}_.]*)\s*(=~|!~|!=|=)\s*${STRING}\s*(,|(?=\}))`, 'u');
const LINE = new RegExp(String.raw`^\s*(\|=|!=|\|~|!~)\s*${STRING}`);
const operators = { '|=': '=', '!=': '!=', '|~': '=~', '!~': '!~' } as const;
/** Stages that only parse or rewrite the line for the eye. */
const HARMLESS = /^\s*\|\s*(?:json|logfmt|unpack|decolorize)\b(?:[^|]*)/;

function readString(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

/** Reads `text`; the error says what of it is not shown. */
export function readLogSelector(text: string): Result<LogSelector, string> {
  let rest = text.trim();
  if (!rest.startsWith('{'))
    return err(`expected a log query such as {service="orders"} |= "error", got ${JSON.stringify(text.slice(0, 80))}`);
  rest = rest.slice(1);
  const labels: LogCondition[] = [];
  for (let match = LABEL.exec(rest); match !== null; match = LABEL.exec(rest)) {
    const [whole, field = '', operator, value = ''] = match;
    labels.push({ field, operator: operator as LogCondition['operator'], value: readString(value) });
    rest = rest.slice(whole.length);
  }
  const end = /^\s*\}/.exec(rest);
  if (end === null) return err(`expected label="value" or }, got ${JSON.stringify(rest.trim().slice(0, 40))}`);
  rest = rest.slice(end[0].length);
  const lines: LogCondition[] = [];
  while (rest.trim() !== '') {
    const line = LINE.exec(rest);
    const skipped = line === null ? HARMLESS.exec(rest) : null;
    if (line === null && skipped === null)
      return err(`this part of the log query is not shown: ${rest.trim().slice(0, 80)}`);
    if (line !== null) {
      const value = readString(line[2] ?? '');
      if (value !== '') lines.push({ field: 'body', operator: operators[line[1] as keyof typeof operators], value });
    }
    rest = rest.slice((line ?? skipped)?.[0].length ?? rest.length);
  }
  return ok({ labels, lines });
}
