// Reads YAML by hand so that every complaint has its line and column: a node of the document with its place and a path to name it.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair, type Scalar } from 'yaml';

/** Where something stands in the file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A text with the place where it begins. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
  /** By how much the lines of a block are indented in the file and not in the text. */
  readonly indent: number;
}

/** Something wrong in a file. An error keeps what it concerns from working; a warning says what was left aside. */
export interface ConfigProblem extends Place {
  readonly severity: 'error' | 'warning';
  /** Where in the structure: scrape_configs[0].job_name. */
  readonly path: string;
  readonly message: string;
}

const MAX_ALIASES = 100;
const MERGE_KEY = '<<';

function typeName(node: Node | null): string {
  if (node === null || (isScalar(node) && node.value === null)) return 'nothing';
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  return isScalar(node) ? JSON.stringify(node.source ?? node.value) : 'an alias';
}

/** A node with its place; its methods note a problem and return undefined when something else stands there than expected. */
export class YamlNode {
  readonly #node: Node | null;
  readonly #at: number;
  readonly path: string;
  readonly #file: YamlFile;

  constructor(file: YamlFile, node: Node | null, path: string, at: number) {
    this.#file = file;
    this.#node = node;
    this.path = path;
    this.#at = node?.range?.[0] ?? at;
  }

  /** Whether nothing stands behind the key. */
  get isEmpty(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  get place(): Place {
    return this.#file.place(this.#at);
  }

  /** Notes what is wrong here. */
  problem(message: string, severity: 'error' | 'warning' = 'error'): undefined {
    this.#file.note(severity, this.#at, this.path, message);
    return undefined;
  }

  #expected(what: string): undefined {
    return this.problem(`expected ${what}, got ${typeName(this.#node)}`);
  }

  /** The text of a scalar, as it is written. */
  text(what = 'a text'): string | undefined {
    const node = this.#node;
    if (!isScalar(node) || node.value === null) return this.#expected(what);
    return typeof node.value === 'string' ? node.value : (node.source ?? JSON.stringify(node.value));
  }

  /** The text of a scalar and where it begins: behind a quote, in the line below a `|`. */
  placedText(what?: string): PlacedText | undefined {
    const text = this.text(what);
    return text === undefined ? undefined : { text, ...this.#textPlace(this.#node as Scalar) };
  }

  #textPlace(node: Scalar): { place: Place; indent: number } {
    const { place } = this;
    const isQuoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
    if (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED')
      return { place: isQuoted ? { ...place, column: place.column + 1 } : place, indent: 0 };
    const [, indent = ''] = /^[^\n]*\n\s*?([ ]*)\S/.exec(this.#file.text.slice(this.#at)) ?? [];
    return { place: { line: place.line + 1, column: indent.length + 1 }, indent: indent.length };
  }

  boolean(): boolean | undefined {
    const node = this.#node;
    if (!isScalar(node) || typeof node.value !== 'boolean') return this.#expected('true or false');
    return node.value;
  }

  /** A whole number of at least 0. */
  count(): number | undefined {
    const node = this.#node;
    if (!isScalar(node) || typeof node.value !== 'number' || !Number.isInteger(node.value) || node.value < 0) {
      return this.#expected('a whole number');
    }
    return node.value;
  }

  /** A whole number; what stands behind a point is left out. */
  integer(): number | undefined {
    const node = this.#node;
    if (!isScalar(node) || typeof node.value !== 'number' || !Number.isFinite(node.value))
      return this.#expected('a whole number');
    return Math.trunc(node.value);
  }

  items(what = 'a list'): YamlNode[] | undefined {
    const node = this.#node;
    if (!isSeq(node)) return this.#expected(what);
    return node.items.map((item, index) => this.#file.node(item, `${this.path}[${index}]`, this.#at));
  }

  entries(what = 'a mapping'): Map<string, YamlNode> | undefined {
    const node = this.#node;
    if (!isMap(node)) return this.#expected(what);
    const found = new Map<string, YamlNode>();
    const merged: YamlNode[] = [];
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      const name = isScalar(key) ? String(key.value) : '';
      const path = this.path === '' ? name : `${this.path}.${name}`;
      const inner = this.#file.node(value, path, key.range?.[0] ?? this.#at);
      if (name === MERGE_KEY) merged.push(inner);
      else found.set(name, inner);
    }
    // What the mapping says itself wins over what it merges in.
    for (const one of merged.flatMap((inner) => (isSeq(inner.#node) ? (inner.items() ?? []) : [inner])))
      for (const [name, inner] of one.entries() ?? []) if (!found.has(name)) found.set(name, inner);
    return found;
  }

  /** The place of the entry's key, for complaints about the entry itself. */
  keyed(name: string): YamlNode {
    const pair = isMap(this.#node)
      ? (this.#node.items as Pair<Node>[]).find(({ key }) => isScalar(key) && key.value === name)
      : undefined;
    const path = this.path === '' ? name : `${this.path}.${name}`;
    return this.#file.node(null, path, pair?.key.range?.[0] ?? this.#at);
  }
}

export class YamlFile {
  readonly #lines = new LineCounter();
  readonly problems: ConfigProblem[] = [];
  readonly root: YamlNode | undefined;
  readonly text: string;

  /** Parses a file; with a syntax error there is no root. */
  constructor(text: string) {
    this.text = text;
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const errors = document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS');
    for (const { pos, message } of errors) this.note('error', pos[0], '', message);
    for (const { pos } of document.errors.filter((error) => !errors.includes(error)))
      this.note('warning', pos[0], '', 'the file holds several documents; only the first is read');
    if (errors.length > 0) return;
    try {
      // Aliases and merge keys are put in place; the bound keeps an alias bomb small.
      document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      this.note('error', 0, '', (error as Error).message);
      return;
    }
    this.#document = document;
    this.root = this.node(document.contents, '', 0);
  }

  readonly #document: ReturnType<typeof parseDocument> | undefined;

  node(node: unknown, path: string, at: number): YamlNode {
    const resolved = typeof node === 'object' && node !== null && 'resolve' in node && 'source' in node;
    const target =
      resolved && this.#document !== undefined
        ? (node as { resolve(d: unknown): Node | undefined }).resolve(this.#document)
        : node;
    return new YamlNode(this, (target ?? null) as Node | null, path, at);
  }

  place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  note(severity: 'error' | 'warning', offset: number, path: string, message: string): void {
    this.problems.push({ severity, ...this.place(offset), path, message });
  }
}
