// Names of static types when the program's file is not there: in a core their names lie in read-only data that the kernel left
// out. But modules say what their types are called: builtins holds ValueError and float, types holds FunctionType.
import type { Address } from '../memory/process-memory.ts';
import type { ObjectReader } from './object-reader.ts';
import { typeFlag } from './type-table.ts';

const MAX_MODULES = 10_000;
const MAX_ENTRIES = 10_000;
const MODULE_DICT = 16;

/** Names in `types` of types that have another name themselves. */
const namesInTypes: Readonly<Record<string, string>> = {
  FunctionType: 'function',
  CodeType: 'code',
  MethodType: 'method',
  BuiltinFunctionType: 'builtin_function_or_method',
  ModuleType: 'module',
  GeneratorType: 'generator',
  CoroutineType: 'coroutine',
  AsyncGeneratorType: 'async_generator',
  FrameType: 'frame',
  TracebackType: 'traceback',
  CellType: 'cell',
  MappingProxyType: 'mappingproxy',
  SimpleNamespace: 'types.SimpleNamespace',
  GetSetDescriptorType: 'getset_descriptor',
  MemberDescriptorType: 'member_descriptor',
  WrapperDescriptorType: 'wrapper_descriptor',
  MethodDescriptorType: 'method_descriptor',
  MethodWrapperType: 'method-wrapper',
  ClassMethodDescriptorType: 'classmethod_descriptor',
  EllipsisType: 'ellipsis',
};

/** Modules whose types call themselves by the public name: _collections.deque is collections.deque. */
const publicModules = new Set([
  '_collections',
  '_datetime',
  '_decimal',
  '_functools',
  '_operator',
  '_random',
  '_struct',
]);

/** Type address → name, from the modules of an interpreter: its `builtins` dict and its dict of modules. */
export function recoverTypeNames(objects: ObjectReader, builtins: Address, modules: Address): Map<Address, string> {
  const names = new Map<Address, string>();
  const isType = (value: Address): boolean => ((objects.typeOf(value)?.flags ?? 0) & typeFlag.type) !== 0;
  const collect = (dict: Address, nameOf: (key: string) => string | undefined): void => {
    for (const { key, value } of objects.dict(dict, MAX_ENTRIES)?.entries ?? []) {
      if (names.has(value) || !isType(value)) continue;
      const text = objects.text(key);
      const name = text === undefined ? undefined : nameOf(text);
      if (name !== undefined) names.set(value, name);
    }
  };
  collect(builtins, (key) => key);
  const none = objects.dictValue(builtins, 'None');
  if (none !== undefined) names.set(objects.reader.pointer(none + 8), 'NoneType');
  const byName = new Map<string, Address>();
  for (const { key, value } of objects.dict(modules, MAX_MODULES)?.entries ?? []) {
    const name = objects.text(key);
    const dict = objects.reader.pointer(value + MODULE_DICT);
    if (name !== undefined && objects.isDict(dict)) byName.set(name, dict);
  }
  const types = byName.get('types');
  if (types !== undefined) collect(types, (key) => namesInTypes[key]);
  for (const [module, dict] of byName) {
    const shown = publicModules.has(module) ? module.slice(1) : module;
    collect(dict, (key) => (module === '_thread' && key === 'LockType' ? '_thread.lock' : `${shown}.${key}`));
  }
  return names;
}
