// A mapping of a prometheus.yml with the fields that it may have. Unknown ones are errors, as in Prometheus.
import { parseDuration } from '../../base/duration.ts';
import type { YamlNode } from '../yaml-reader.ts';

/** Letters that differ, added or missing. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The sentence about a field that does not exist. */
export function unknownField(name: string, fields: readonly string[]): string {
  const near = fields.toSorted((a, b) => distance(name, a) - distance(name, b))[0];
  const hint = near !== undefined && distance(name, near) <= 3 ? `; did you mean ${near}?` : '';
  return `unknown field "${name}"${hint}`;
}

export const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** Reads fields one by one; what is wrong is noted at its place and read as if the field were not there. */
export class YamlSection {
  readonly node: YamlNode;
  readonly #fields: ReadonlyMap<string, YamlNode>;

  private constructor(node: YamlNode, fields: ReadonlyMap<string, YamlNode>) {
    this.node = node;
    this.#fields = fields;
  }

  /** `known` are the names of its fields. Undefined, and noted, when it is no mapping; a missing one is empty. */
  static of(node: YamlNode, what: string, known: readonly string[]): YamlSection | undefined {
    if (node.isEmpty) return new YamlSection(node, new Map());
    const fields = node.entries(what);
    if (fields === undefined) return undefined;
    for (const name of fields.keys()) if (!known.includes(name)) node.keyed(name).problem(unknownField(name, known));
    return new YamlSection(node, fields);
  }

  get names(): readonly string[] {
    return [...this.#fields.keys()];
  }

  /** The field when something stands there. */
  field(name: string): YamlNode | undefined {
    const node = this.#fields.get(name);
    return node === undefined || node.isEmpty ? undefined : node;
  }

  /** Whether the field is written, be it with nothing behind it. */
  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** Notes a problem at a field, or at the section when it is not there. */
  problem(name: string, message: string, severity: 'error' | 'warning' = 'error'): undefined {
    return (this.#fields.has(name) ? this.node.keyed(name) : this.node).problem(message, severity);
  }

  text(name: string): string | undefined {
    return this.field(name)?.text();
  }

  boolean(name: string): boolean | undefined {
    return this.field(name)?.boolean();
  }

  /** A whole number of at least 0. */
  count(name: string): number | undefined {
    return this.field(name)?.count();
  }

  /** One of `choices`. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const node = this.field(name);
    const text = node?.text(`one of ${choices.join(', ')}`);
    const found = choices.find((choice) => choice === text);
    if (text !== undefined && found === undefined)
      node!.problem(`expected one of ${choices.join(', ')}, got "${text}"`);
    return found;
  }

  /** ms; undefined also for 0, which Prometheus reads as "not set". */
  duration(name: string): number | undefined {
    const node = this.field(name);
    const text = node?.text('a duration such as 15s');
    if (node === undefined || text === undefined) return undefined;
    const duration = parseDuration(text);
    if (typeof duration === 'string') return node.problem(`expected a duration such as 15s or 1m30s, got "${text}"`);
    return duration === 0 ? undefined : duration;
  }

  /** Bytes; units are powers of 1024, with or without the i. */
  size(name: string): number | undefined {
    const node = this.field(name);
    const text = node?.text('a size such as 10MB');
    if (node === undefined || text === undefined) return undefined;
    if (text === '0') return 0;
    const parts = /^(\d+(?:\.\d+)?)(B|[KMGTPE]i?B)$/i.exec(text);
    if (parts === null) return node.problem(`expected a size such as 10MB, got "${text}"`);
    const power = 'bkmgtpe'.indexOf(parts[2]![0]!.toLowerCase());
    return Math.floor(Number(parts[1]) * 1024 ** power);
  }

  list(name: string, what = 'a list'): readonly YamlNode[] {
    return this.field(name)?.items(what) ?? [];
  }

  texts(name: string, what = 'a list of texts'): readonly string[] {
    return this.list(name, what).flatMap((item) => item.text() ?? []);
  }

  /** Names with values, in the order of the file. */
  labels(name: string): readonly (readonly [name: string, value: string])[] {
    const labels: (readonly [string, string])[] = [];
    for (const [label, value] of this.field(name)?.entries('label names with values') ?? []) {
      const text = value.text('the value of a label');
      if (label === '') value.problem('a label has no name');
      else if (text !== undefined) labels.push([label, text]);
    }
    return labels;
  }
}
