// A file as everybody who may query sees it: without secrets.
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml';

const HIDDEN = '<secret>';
const SECRET_IN_URL = /(\w:\/\/[^\s/:@]*:)[^\s/@]+@/g;
/** Fields of a prometheus.yml that Prometheus does not show. */
const secretFields: ReadonlySet<string> = new Set([
  'password',
  'bearer_token',
  'credentials',
  'client_secret',
  'client_certificate_key',
  'secret_key',
  'secret',
  'secrets',
  'proxy_connect_header',
]);

type Stretch = readonly [from: number, to: number, by: string];

class SecretFinder {
  readonly found: Stretch[] = [];
  readonly #document: Document;
  readonly #text: string;

  constructor(document: Document, text: string) {
    this.#document = document;
    this.#text = text;
  }

  /** Looks for secrets below `node`, which stands in the field `parent`. */
  visit(node: unknown, parent: string): void {
    if (isSeq(node)) for (const item of node.items) this.visit(item, parent);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      // A label may be called so, too.
      if (secretFields.has(name) || (name === 'key' && parent === 'tls_config')) this.#hide(value as Node | null);
      else this.visit(value, name);
    }
  }

  #hide(node: Node | null): void {
    if (isAlias(node)) return this.#hide((node.resolve(this.#document) as Node | undefined) ?? null);
    if (isSeq(node)) for (const item of node.items) this.#hide(item as Node);
    if (isMap(node)) for (const { value } of node.items) this.#hide(value as Node | null);
    if (!isScalar(node) || node.value === null || !node.range) return;
    const [from, to] = node.range;
    this.found.push([from, to, this.#text[to - 1] === '\n' ? `${HIDDEN}\n` : HIDDEN]);
  }
}

/** `text`, which is YAML, with its secrets replaced by `<secret>`. */
export function hideSecrets(text: string): string {
  const document = parseDocument(text);
  const finder = new SecretFinder(document, text);
  finder.visit(document.contents, '');
  let shown = text;
  let before = Infinity;
  // From the end on, so that the places in front stay what they are; a secret that several fields name stands once.
  for (const [from, to, by] of finder.found.toSorted(([a], [b]) => b - a)) {
    if (from >= before) continue;
    before = from;
    shown = shown.slice(0, from) + by + shown.slice(to);
  }
  return shown.replaceAll(SECRET_IN_URL, `$1${HIDDEN}@`);
}
