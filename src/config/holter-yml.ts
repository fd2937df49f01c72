// holter.yml: all settings in a file, each with its place for errors and for --print-config.
import { isMap, isScalar, LineCounter, parseDocument, type Node } from 'yaml';
import { err, ok, type Result } from '../base/result.ts';
import { definitions, settingNames, type GivenSetting } from './settings.ts';

const MAX_ALIASES = 100;

export interface HolterFile {
  readonly given: readonly GivenSetting[];
  /** `files:`: further configuration files, as they stand there. */
  readonly files: readonly string[];
}

const byPath = new Map(settingNames.map((name) => [definitions[name].path, name]));
const branches = new Set([...byPath.keys()].flatMap((path) => path.split('.').slice(0, -1)));

/** Reads the text of a holter.yml; `file` names it in origins and problems. */
export function parseHolterYml(text: string, file: string): Result<HolterFile, readonly string[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const place = (node: unknown): string => {
    const offset = (node as Node | null)?.range?.[0];
    if (offset === undefined) return file;
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    return err(
      document.errors.map(
        (error) =>
          `${file}:${error.linePos?.[0].line ?? 1}:${error.linePos?.[0].col ?? 1}: ${error.message.split('\n')[0]}`,
      ),
    );
  }
  const given: GivenSetting[] = [];
  const files: string[] = [];
  const problems: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (node === null || (isScalar(node) && node.value === null)) return;
    if (!isMap(node)) {
      problems.push(
        `${place(node)}: expected settings under ${path === '' ? 'the file' : `"${path}"`}, got a plain value`,
      );
      return;
    }
    for (const { key, value } of node.items) {
      const word = isScalar(key) ? String(key.value) : '';
      const full = path === '' ? word : `${path}.${word}`;
      const name = byPath.get(full);
      const plain = (value as Node | null)?.toJS(document, { maxAliasCount: MAX_ALIASES }) as unknown;
      if (name !== undefined) given.push({ name, value: plain, origin: place(key) });
      else if (full === 'files' && Array.isArray(plain)) files.push(...plain.map(String));
      else if (branches.has(full)) walk(value, full);
      else problems.push(`${place(key)}: unknown setting "${full}"; holter server --print-config lists all of them`);
    }
  };
  walk(document.contents, '');
  return problems.length > 0 ? err(problems) : ok({ given, files });
}
