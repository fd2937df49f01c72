// Reads YAML into typed settings and keeps the place of every problem. Unknown and repeated fields are problems, as in Prometheus.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Scalar } from 'yaml';
import { parseDuration } from '../../base/duration.ts';
import type { FileProblem, Place, PlacedText } from './rule-file.ts';

const MAX_ALIASES = 100;

/** A node, or nothing where a field was left out. */
export type YamlNode = Node | undefined;

/** One document and what is wrong with it. */
export class YamlReader {
  readonly problems: FileProblem[] = [];
  readonly root: YamlNode;
  readonly #lines = new LineCounter();
  readonly #document: ReturnType<typeof parseDocument>;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true, strict: true });
    for (const { pos, message } of this.#document.errors) {
      const { line, col } = this.#lines.linePos(pos[0]);
      this.problems.push({ line, column: col, message: message.split(/ at line \d+/)[0] ?? message });
    }
    this.root = this.#document.contents ?? undefined;
  }

  place(node: YamlNode): Place {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  report(node: YamlNode, message: string): void {
    this.problems.push({ ...this.place(node), message });
  }

  #resolve(node: YamlNode): YamlNode {
    let resolved = node;
    for (let i = 0; i < MAX_ALIASES && isAlias(resolved); i++) resolved = resolved.resolve(this.#document);
    return resolved;
  }

  #isEmpty(node: YamlNode): boolean {
    return node === undefined || (isScalar(node) && node.value === null);
  }

  /** The fields of a mapping by name; those not in `known` are reported. */
  readFields(given: YamlNode, what: string, known: readonly string[]): ReadonlyMap<string, Node> {
    const node = this.#resolve(given);
    const fields = new Map<string, Node>();
    if (this.#isEmpty(node)) return fields;
    if (!isMap(node)) {
      this.report(node, `${what} must be a mapping`);
      return fields;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!known.includes(name))
        this.report(key as Node, `unknown field "${name}" in ${what}; known are ${known.join(', ')}`);
      else if (value !== null) fields.set(name, value as Node);
    }
    return fields;
  }

  readList(given: YamlNode, what: string): readonly Node[] {
    const node = this.#resolve(given);
    if (this.#isEmpty(node)) return [];
    if (isSeq(node)) return node.items as Node[];
    this.report(node, `${what} must be a list`);
    return [];
  }

  /** A text; numbers and booleans count as the text they are written with. */
  readText(given: YamlNode, what: string): PlacedText | undefined {
    const node = this.#resolve(given);
    if (node === undefined) return undefined;
    if (isScalar(node)) {
      const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
      return { text, ...this.#textPlace(node) };
    }
    this.report(node, `${what} must be a text`);
    return undefined;
  }

  /** The first character of the text itself: behind a quote, in the line below a `|`. */
  #textPlace(node: Scalar): { place: Place; indent: number } {
    const place = this.place(node);
    const isQuoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
    if (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED')
      return { place: isQuoted ? { ...place, column: place.column + 1 } : place, indent: 0 };
    const [, indent = ''] = /^[^\n]*\n\s*?([ ]*)\S/.exec(this.#text.slice(node.range?.[0] ?? 0)) ?? [];
    return { place: { line: place.line + 1, column: indent.length + 1 }, indent: indent.length };
  }

  /** Milliseconds of a duration like `1m30s`. */
  readDuration(node: YamlNode, what: string): number | undefined {
    const text = this.readText(node, what);
    if (text === undefined) return undefined;
    const ms = parseDuration(text.text);
    if (typeof ms === 'number') return ms;
    this.report(node, `${what}: ${ms}`);
    return undefined;
  }

  /** A whole number. */
  readInteger(given: YamlNode, what: string): number | undefined {
    const node = this.#resolve(given);
    if (node === undefined) return undefined;
    if (isScalar(node) && Number.isInteger(node.value)) return Number(node.value);
    this.report(node, `${what} must be a whole number`);
    return undefined;
  }

  /** Texts by name. */
  readTexts(given: YamlNode, what: string, isName: (name: string) => boolean): ReadonlyMap<string, PlacedText> {
    const node = this.#resolve(given);
    const texts = new Map<string, PlacedText>();
    if (this.#isEmpty(node)) return texts;
    if (!isMap(node)) {
      this.report(node, `${what} must be a mapping of names to texts`);
      return texts;
    }
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!isName(name)) this.report(key as Node, `invalid name "${name}" in ${what}`);
      const text = this.readText((value as Node | null) ?? undefined, `${what} "${name}"`);
      if (text !== undefined) texts.set(name, text);
    }
    return texts;
  }
}
