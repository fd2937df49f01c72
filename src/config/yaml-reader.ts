// Reads YAML by hand so that every complaint has its line and column: a node of the document with its place and a path to name it.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from 'yaml';

/** Something wrong in a file. An error keeps what it concerns from working; a warning says what was left aside. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Where in the structure: scrape_configs[0].job_name. */
  readonly path: string;
  readonly message: string;
}

const MAX_ALIASES = 100;

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

  items(what = 'a list'): YamlNode[] | undefined {
    const node = this.#node;
    if (!isSeq(node)) return this.#expected(what);
    return node.items.map((item, index) => this.#file.node(item, `${this.path}[${index}]`, this.#at));
  }

  entries(what = 'a mapping'): Map<string, YamlNode> | undefined {
    const node = this.#node;
    if (!isMap(node)) return this.#expected(what);
    const found = new Map<string, YamlNode>();
    for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
      const name = isScalar(key) ? String(key.value) : '';
      const path = this.path === '' ? name : `${this.path}.${name}`;
      found.set(name, this.#file.node(value, path, key.range?.[0] ?? this.#at));
    }
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

  /** Parses a file; with a syntax error there is no root. */
  constructor(text: string) {
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { pos, message } of document.errors) this.note('error', pos[0], '', message);
    if (document.errors.length > 0) return;
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

  note(severity: 'error' | 'warning', offset: number, path: string, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.problems.push({ severity, line: Math.max(1, line), column: Math.max(1, col), path, message });
  }
}
