// A Python traceback (3.8–3.14, with carets, causes, groups, notes) as parts to show: one part an exception, in the order of the text.
// The grammar is that of CPython's Lib/traceback.py; members of an exception group are drawn there with "|" and "+" margins.

export interface TracebackFrame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly code: string;
  /** Whether the file belongs to Python or to an installed package. */
  readonly isLibrary: boolean;
  /** Where the carets stand in `code`: [start, end). */
  readonly marked?: readonly [number, number];
  /** "Previous line repeated N more times". */
  readonly repeated?: number;
}

export interface TracebackPart {
  /** How it is tied to the part before it. */
  readonly relation: 'first' | 'cause' | 'context' | 'member';
  /** How many exception groups it is inside of. */
  readonly depth: number;
  readonly frames: readonly TracebackFrame[];
  readonly type: string;
  /** Message and notes; may have several lines. */
  readonly message: string;
}

const MAX_LINES = 20_000;
const HEADER = /^(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\):$/;
const FRAME = /^\s*File "(.+?)", line (\d+)(?:, in (.+))?$/;
const REPEATED = /^\s*\[Previous line repeated (\d+) more times?\]$/;
const CARETS = /^\s*[~^]+[~^\s]*$/;
const MEMBER = /^\s*(?:\+-)?\+-{3,} (\d+|\.\.\.) -{3,}$/;
const CAUSE = 'The above exception was the direct cause of the following exception:';
const CONTEXT = 'During handling of the above exception, another exception occurred:';
const LIBRARY = /site-packages|dist-packages|[/\\]lib[/\\]python\d|^<frozen|[/\\]Lib[/\\]/;

interface OpenPart {
  relation: TracebackPart['relation'];
  depth: number;
  frames: TracebackFrame[];
  tail: string[];
}

function closePart(part: OpenPart): TracebackPart {
  const text = part.tail.join('\n').trimEnd();
  const match = /^([\w.]+)(?:: ([\s\S]*))?$/.exec(text);
  return {
    relation: part.relation,
    depth: part.depth,
    frames: part.frames,
    type: match?.[1] ?? (text === '' ? '' : (text.split(':')[0] ?? '')),
    message: match === null ? text : (match[2] ?? ''),
  };
}

/** The caret line below a code line, as a range of the trimmed code. */
function readMark(carets: string, indent: number, code: string): readonly [number, number] | undefined {
  const start = carets.search(/[~^]/) - indent;
  const end = carets.trimEnd().length - indent;
  return start < 0 || start >= code.length ? undefined : [start, Math.min(end, code.length)];
}

/** The parts of `stack`; empty when it holds no frame. */
export function parseTraceback(stack: string): TracebackPart[] {
  const parts: OpenPart[] = [];
  let current: OpenPart | undefined;
  let next: TracebackPart['relation'] = 'first';
  let indent = 0;
  let hasCode = true;
  const open = (depth: number): OpenPart => {
    const part: OpenPart = { relation: parts.length === 0 ? 'first' : next, depth, frames: [], tail: [] };
    parts.push(part);
    next = 'first';
    return part;
  };
  for (const raw of stack.split(/\r?\n/, MAX_LINES)) {
    const margin = /^(?:\s*\|)+ ?/.exec(raw)?.[0] ?? '';
    const line = raw.slice(margin.length);
    const depth = Math.floor(margin.replace(/ $/, '').length / 2) - (margin === '' ? 0 : 1);
    if (MEMBER.test(raw) || MEMBER.test(line)) {
      next = 'member';
      current = undefined;
      continue;
    }
    const trimmed = line.trim();
    if (trimmed === CAUSE || trimmed === CONTEXT) {
      next = trimmed === CAUSE ? 'cause' : 'context';
      current = undefined;
      continue;
    }
    if (/^\+-+$/.test(trimmed)) {
      current = undefined;
      continue;
    }
    if (HEADER.test(trimmed)) {
      current = open(Math.max(0, depth));
      hasCode = true;
      continue;
    }
    if (trimmed === '' && current === undefined) continue;
    current ??= open(Math.max(0, depth));
    const frame = FRAME.exec(line);
    const last = current.frames.at(-1);
    if (frame !== null && current.tail.length === 0) {
      const [, file = '', number = '0', name = '<module>'] = frame;
      current.frames.push({ file, line: Number(number), function: name, code: '', isLibrary: LIBRARY.test(file) });
      hasCode = false;
      continue;
    }
    const isInside = last !== undefined && current.tail.length === 0 && /^\s/.test(line);
    if (!isInside) {
      current.tail.push(line);
      continue;
    }
    const repeated = REPEATED.exec(line);
    if (repeated !== null) current.frames[current.frames.length - 1] = { ...last, repeated: Number(repeated[1]) };
    else if (CARETS.test(line)) {
      const mark = readMark(line, indent, last.code);
      if (mark !== undefined) current.frames[current.frames.length - 1] = { ...last, marked: mark };
    } else {
      if (!hasCode) indent = line.length - line.trimStart().length;
      const code = hasCode ? `${last.code}\n${line.slice(Math.min(indent, line.length))}` : trimmed;
      current.frames[current.frames.length - 1] = { ...last, code };
      hasCode = true;
    }
  }
  const closed = parts.map(closePart);
  return closed.some((part) => part.frames.length > 0) ? closed : [];
}
