// Source file names as people write them: without the folder of sys.path that they were imported from.
import type { PythonTarget } from './python-target.ts';

const MAX_PATHS = 1000;

/** Makes a shortener from the target's sys.path; the longest matching folder is dropped. */
export function makeFileNameShortener(target: PythonTarget): (fileName: string) => string {
  const { objects, facts, layout } = target;
  const sysDict = objects.reader.pointer(facts.mainInterpreter + layout.interpreter.sysDict);
  const list = objects.dictValue(sysDict, 'path');
  const folders = (list === undefined ? [] : (objects.list(list, MAX_PATHS)?.items ?? []))
    .map((item) => objects.text(item) ?? '')
    .filter((folder) => folder.length > 1)
    .map((folder) => (folder.endsWith('/') ? folder : `${folder}/`))
    .toSorted((a, b) => b.length - a.length);
  const known = new Map<string, string>();
  return (fileName) => {
    const hit = known.get(fileName);
    if (hit !== undefined) return hit;
    const folder = folders.find((candidate) => fileName.startsWith(candidate));
    const short = folder === undefined ? fileName : fileName.slice(folder.length);
    known.set(fileName, short);
    return short;
  };
}
