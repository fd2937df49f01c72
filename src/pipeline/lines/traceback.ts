// What a Python traceback says as text: type and message of the exception that ended it (the last one of a chain). Knows the forms
// that CPython 3.8–3.14 prints: carets, chained causes, exception groups with their rails, notes, syntax errors.

export const TRACEBACK_HEADER = /^[\s|+]*(?:Exception Group )?Traceback \(most recent call last\):\s*$/;
const HEADER_ANYWHERE = /(?:^|\n)[ |+]*(?:Exception Group )?Traceback \(most recent call last\):/g;
const FRAME_LINE = /^\s*File "[^"]*", line \d+/;
export const EXCEPTION_LINE = /^([A-Za-z_][\w.<>]*)(?:: ?(.*))?$/s;
const RAILS = /^\s*(?:\| ?|\+ )?/;

/** Type and message of an exception; both '' when the text names none. */
export interface ExceptionName {
  readonly type: string;
  readonly message: string;
}

const nameless: ExceptionName = { type: '', message: '' };

/** Whether a text is, or holds, a traceback. */
export function holdsTraceback(text: string): boolean {
  return text.includes('Traceback (most recent call last):') || /(?:^|\n)\s*File "[^"\n]*", line \d+/.test(text);
}

function splitException(text: string): ExceptionName {
  const match = EXCEPTION_LINE.exec(text);
  return match === null ? nameless : { type: match[1] ?? '', message: (match[2] ?? '').trimEnd() };
}

/**
 * Reads the name of the exception out of a traceback's text, or out of a bare `Type: message`. The message of an exception
 * goes on to the end of the text (messages may have many lines, and notes follow them).
 */
export function readExceptionName(stack: string): ExceptionName {
  let start = 0;
  for (const match of stack.matchAll(HEADER_ANYWHERE)) {
    // The members of a group stand behind deeper rails, and are not what was raised.
    const header = match[0].replace(/^\n/, '');
    if (!/^\s*\|?\s*\|/.test(header) && !/^\s{4,}/.test(header))
      start = match.index + (match[0].length - header.length);
  }
  const lines = stack.slice(start).split('\n');
  const headed = TRACEBACK_HEADER.test(lines[0] ?? '') || FRAME_LINE.test(lines[0] ?? '');
  if (!headed) return splitException(stack.trim());
  const railed = /^\s*[+|] /.test(lines[0] ?? '');
  const body = railed ? lines.map((line) => line.replace(RAILS, '')) : lines;
  const from = body.findIndex(
    (line, index) => index > 0 && line !== '' && !/^\s/.test(line) && EXCEPTION_LINE.test(line),
  );
  if (from < 0) return nameless;
  const members = body.findIndex((line, index) => index > from && /^\s*\+?-+\+?-*-{4,}|^\+-/.test(line));
  return splitException(body.slice(from, members < 0 ? undefined : members).join('\n'));
}
