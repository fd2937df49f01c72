// Names of threads as `threading` knows them: sys.modules['threading']._active maps idents to Thread objects.
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';

const MAX_ACTIVE = 65_536;

/** The object of a module in sys.modules of `interpreter`. */
export function findModule(target: PythonTarget, interpreter: Address, name: string): Address | undefined {
  const modules = target.reader.pointer(interpreter + target.layout.interpreter.modules);
  return modules === 0 ? undefined : target.objects.dictValue(modules, name);
}

export interface NamedThread {
  readonly name: string;
  /** The threading.Thread object. */
  readonly object: Address;
}

/** pthread id → name and object, for threads that `threading` knows. */
export function readThreadNames(target: PythonTarget, interpreter: Address): Map<number, NamedThread> {
  const { objects } = target;
  const names = new Map<number, NamedThread>();
  const module = findModule(target, interpreter, 'threading');
  const active = module === undefined ? undefined : objects.moduleAttribute(module, '_active');
  if (active === undefined || !objects.isDict(active)) return names;
  for (const { key, value } of objects.dict(active, MAX_ACTIVE)?.entries ?? []) {
    const ident = objects.integer(key);
    const nameObject = objects.attribute(value, '_name');
    const name = nameObject === undefined ? undefined : objects.text(nameObject);
    if (ident !== undefined && name !== undefined) names.set(Number(ident), { name, object: value });
  }
  return names;
}
