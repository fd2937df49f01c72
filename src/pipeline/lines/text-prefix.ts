// Reads what stands before the message in a line of text: time, level, logger, process, thread, place in the code, in the orders and
// brackets that Python's logging formats, gunicorn, uvicorn, celery and loguru use. What is found comes with a layout: separators as
// literal text and fields, from which the same prefix can be printed again.
import type { LayoutField } from './rebuild.ts';
import { severityOfWord } from '../../model/severity.ts';

/** A value found in a prefix: the column or attribute that it belongs to. */
export interface PrefixField {
  /** time, severityText, logger, service, traceId, spanId, or the name of an attribute. */
  readonly name: string;
  readonly text: string;
}

export interface TextPrefix {
  readonly fields: readonly PrefixField[];
  /** Separators and fields in their order. */
  readonly layout: readonly (string | LayoutField)[];
  /** Where the message begins. */
  readonly end: number;
  /** Whether something was skipped that the layout does not hold. */
  readonly lossy: boolean;
}

const TIME = /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?(?!\d)/y;
const CLOCK = /\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?!\d)/y;
const SYSLOG = /(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ ([\w.\-/]+)(?:\[(\d+)\])?: /y;
const DEFAULT = /([A-Z]+):([^:\s]+):/y;
const LEVEL = /[A-Z]+(?![\w.])/y;
const ANY_LEVEL = /^\s*([A-Za-z\u4e00-\u9fff]+)\s*$/;
const CELERY = /^(.+): ([A-Z]+)\/([\w.-]+)$/;
const PAIRS = /^(?:[\w.]+=\S* ?)+$/;
const NUMBER = /(?:0|[1-9]\d{0,14})(?=\s|$)/y;
/** module, module.sub, module:function:12, file.py:12 */
const NAME = /[A-Za-z_][\w.-]*(?::[\w<>]+)?(?::\d+)?/y;
/** `%(module)s %(process)d %(thread)d `, as Django's documentation has it. */
const MODULE_PROCESS_THREAD = /([A-Za-z_]\w*) ([1-9]\d{0,9}) ([1-9]\d{5,14})(?= )/y;
/** `in %(module)s: `, as Flask has it. */
const IN_MODULE = /in ([A-Za-z_]\w*)(?=: )/y;
const THREAD = /^(?:MainThread|Thread-\d+.*|ThreadPoolExecutor-\S+|Dummy-\d+|asyncio_\d+)$/;
const SEPARATOR = /\s*(?:[-|:]\s+|\|)|\s+/y;
const MAX_TOKENS = 10;

const columns: Readonly<Record<string, string>> = {
  trace_id: 'traceId',
  otelTraceID: 'traceId',
  traceId: 'traceId',
  'trace.id': 'traceId',
  'dd.trace_id': 'traceId',
  span_id: 'spanId',
  otelSpanID: 'spanId',
  spanId: 'spanId',
  'span.id': 'spanId',
  'dd.span_id': 'spanId',
  otelServiceName: 'service',
  'dd.service': 'service',
  'resource.service.name': 'service',
  'service.name': 'service',
  service: 'service',
};

class PrefixReader {
  readonly #text: string;
  readonly fields: PrefixField[] = [];
  readonly layout: (string | LayoutField)[] = [];
  at = 0;
  lossy = false;
  readonly #found = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The match of a sticky pattern at the place that was come to. */
  #match(pattern: RegExp, at = this.at): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text);
  }

  #literal(text: string): void {
    if (text === '') return;
    const last = this.layout.at(-1);
    if (typeof last === 'string') this.layout[this.layout.length - 1] = last + text;
    else this.layout.push(text);
    // A layout stands for many lines: what differs from line to line has no place in it.
    if (/[\p{L}\p{N}]/u.test(text) || text.length > 16) this.lossy = true;
  }

  #field(name: string, text: string): void {
    const column = ['time', 'severityText', 'logger', 'service', 'traceId', 'spanId'].includes(name);
    if (this.#found.has(name)) {
      this.#literal(text);
      return;
    }
    this.#found.add(name);
    this.fields.push({ name, text });
    this.layout.push(column ? ['', name] : ['', 'attribute', name]);
  }

  get #hasHead(): boolean {
    return this.#found.has('time') || this.#found.has('severityText');
  }

  read(): boolean {
    if (this.#default() || this.#syslog()) return true;
    for (let tokens = 0; tokens < MAX_TOKENS; tokens++) {
      const before = { at: this.at, layout: this.layout.length, last: this.layout.at(-1) };
      if (tokens > 0) {
        const separator = this.#match(SEPARATOR)?.[0] ?? '';
        // A message follows a blank or a bracket, never a name directly.
        if (separator === '' && this.#text[this.at] !== '[') break;
        this.#literal(separator);
        this.at += separator.length;
      }
      if (this.#token()) continue;
      if (/^\s*[-|:]\s/.test(this.#text.slice(before.at)) || this.at > before.at) break;
    }
    return this.#hasHead;
  }

  #default(): boolean {
    const match = this.#match(DEFAULT);
    if (match === null || severityOfWord(match[1]!) === 0) return false;
    this.#field('severityText', match[1]!);
    this.#literal(':');
    this.#field('logger', match[2]!);
    this.#literal(':');
    this.at = match[0].length;
    return true;
  }

  #syslog(): boolean {
    const match = this.#match(SYSLOG);
    if (match === null) return false;
    this.#field('logger', match[1]!);
    if (match[2] !== undefined) this.#field('process', match[2]);
    this.lossy = true;
    this.at = match[0].length;
    return true;
  }

  #token(): boolean {
    const character = this.#text[this.at];
    if (character === '[' || character === '(') return this.#bracket(character === '[' ? ']' : ')');
    return this.#time() || this.#level() || this.#number() || this.#modulePlace() || this.#name();
  }

  #time(): boolean {
    if (this.#found.has('time')) return false;
    const match = this.#match(TIME);
    if (match !== null) this.#field('time', match[0]);
    else if (this.#match(CLOCK) === null || this.at > 1) return false;
    const text = (match ?? this.#match(CLOCK))![0];
    if (match === null) {
      this.#literal(text);
      this.#found.add('time');
    }
    this.at += text.length;
    return true;
  }

  #level(): boolean {
    if (this.#found.has('severityText')) return false;
    const match = this.#match(LEVEL);
    if (match === null || match[0].length < 2 || severityOfWord(match[0]) === 0) return false;
    this.#field('severityText', match[0]);
    this.at += match[0].length;
    return true;
  }

  #number(): boolean {
    const match = this.#match(NUMBER);
    // A number is the process only between other fields: a message may begin with one.
    if (match === null || !this.#found.has('time') || this.#found.has('severityText')) return false;
    this.#field('process', match[0]);
    this.at += match[0].length;
    return true;
  }

  #modulePlace(): boolean {
    if (!this.#found.has('time') || !this.#found.has('severityText') || this.#found.has('logger')) return false;
    const [inModule, flaskModule] = this.#match(IN_MODULE) ?? [];
    if (inModule !== undefined) {
      // The word is the same in every line: the layout may hold it.
      this.layout.push('in ');
      this.#field('module', flaskModule!);
      this.#found.add('logger');
      this.at += inModule.length;
      return true;
    }
    const [all, module, process, thread] = this.#match(MODULE_PROCESS_THREAD) ?? [];
    if (all === undefined || this.#found.has('process')) return false;
    this.#field('module', module!);
    // What follows is the message.
    this.#found.add('logger');
    this.#literal(' ');
    this.#field('process', process!);
    this.#literal(' ');
    this.#field('thread', thread!);
    this.at += all.length;
    return true;
  }

  #name(): boolean {
    if (!this.#hasHead || this.#found.has('logger')) return false;
    const match = this.#match(NAME);
    if (match === null) return false;
    const name = match[0].replace(/[-.]$/, '');
    if (THREAD.test(name) && !this.#found.has('threadName')) {
      this.#field('threadName', name);
      this.at += name.length;
      return true;
    }
    const behind = this.#text.slice(this.at + name.length, this.at + name.length + 40);
    if (!this.#isName(name, behind)) return false;
    this.at += name.length;
    this.#place(name);
    return true;
  }

  /** Whether a word is a logger's name and not the first of the message: by what it looks like and what follows. */
  #isName(name: string, behind: string): boolean {
    if (/^\s*\|\s|^ - |^\s+-\s/.test(behind)) return true;
    if (behind.startsWith('|') && this.#text[this.at - 1] === '|') return true;
    if (!this.#found.has('severityText')) {
      const next = /^[\s:[]+([A-Z]{2,})\b/.exec(behind)?.[1];
      return next !== undefined && severityOfWord(next) > 0;
    }
    if (Object.hasOwn(columns, name)) return false;
    if (/^:\s/.test(behind)) return /^[a-z_][\w.]*(?::\d+)?$/.test(name);
    return /^[a-z_]\w*(?:\.\w+)+$/i.test(name) && /^\s/.test(behind) && !name.endsWith('.');
  }

  /** A logger's name, with function and line behind it where they stand there. */
  #place(text: string): void {
    const [name = '', ...rest] = text.split(':');
    const line = rest.at(-1);
    if (line === undefined || !/^[1-9]\d{0,8}$/.test(line)) {
      this.#field('logger', text);
      return;
    }
    this.#field(name.endsWith('.py') ? 'filename' : 'logger', name);
    for (const part of rest.slice(0, -1)) {
      this.#literal(':');
      this.#field('funcName', part);
    }
    this.#literal(':');
    this.#field('lineno', line);
  }

  #bracket(close: string): boolean {
    const end = this.#text.indexOf(close, this.at);
    if (end < 0 || end - this.at > 300) return false;
    const content = this.#text.slice(this.at + 1, end);
    const open = this.#text[this.at]!;
    const mark = this.layout.length;
    this.#literal(open);
    if (!this.#content(content)) {
      // Not a field: the message begins here.
      const last = this.layout.at(-1);
      if (typeof last === 'string') this.layout[this.layout.length - 1] = last.slice(0, -1);
      if (this.layout.length > mark) this.layout.length = mark;
      return false;
    }
    this.#literal(close);
    this.at = end + 1;
    return true;
  }

  #content(content: string): boolean {
    const time = this.#wholeTime(content);
    if (time && !this.#found.has('time')) {
      this.#field('time', content);
      return true;
    }
    const celery = CELERY.exec(content);
    if (celery !== null && this.#wholeTime(celery[1]!) && severityOfWord(celery[2]!) > 0) {
      this.#field('time', celery[1]!);
      this.#literal(': ');
      this.#field('severityText', celery[2]!);
      this.#literal('/');
      this.#field('processName', celery[3]!);
      return true;
    }
    const level = ANY_LEVEL.exec(content)?.[1];
    if (level !== undefined && !this.#found.has('severityText') && severityOfWord(level) > 0) {
      const at = content.indexOf(level);
      this.#literal(content.slice(0, at));
      this.#field('severityText', level);
      this.#literal(content.slice(at + level.length));
      return true;
    }
    if (!this.#hasHead) return false;
    if (/^[1-9]\d{0,14}$/.test(content)) {
      if (this.#found.has('process')) return false;
      this.#field('process', content);
      return true;
    }
    if (PAIRS.test(content)) return this.#pairs(content);
    if (THREAD.test(content)) {
      this.#field('threadName', content);
      return true;
    }
    if (
      /^[A-Za-z_][\w.-]*(?::[\w<>]+)?(?::\d+)?$/.test(content) &&
      (!this.#found.has('logger') || /^[\w-]+\.py:\d+$/.test(content))
    ) {
      this.#place(content);
      return true;
    }
    return false;
  }

  #wholeTime(text: string): boolean {
    TIME.lastIndex = 0;
    return TIME.exec(text)?.[0] === text;
  }

  #pairs(content: string): boolean {
    content.split(' ').forEach((pair, index) => {
      const at = pair.indexOf('=');
      if (index > 0) this.#literal(' ');
      const name = pair.slice(0, at);
      if (name === '') return;
      this.layout.push(`${name}=`);
      this.#field(columns[name] ?? name, pair.slice(at + 1));
    });
    return true;
  }
}

/** Reads the prefix of a line; undefined when it has none. */
export function readTextPrefix(line: string): TextPrefix | undefined {
  const reader = new PrefixReader(line);
  if (!reader.read()) return undefined;
  const { fields, layout, at, lossy } = reader;
  return { fields, layout, end: at, lossy };
}
