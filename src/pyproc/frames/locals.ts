// Local variables of a frame: slots behind the frame's header, named by its code object.
import { pointerAt } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';
import type { CodeInfo } from './code-table.ts';

const MAX_SLOTS = 4096;
const MAX_GLOBALS = 64;
const CELL_CONTENTS = 16;
const KIND_HIDDEN = 0x10;
const KIND_CELL = 0x40;
const KIND_FREE = 0x80;
const FLAG_OPTIMIZED = 1;
const FLAG_VARARGS = 4;
const FLAG_VARKEYWORDS = 8;

export interface LocalVariable {
  readonly name: string;
  readonly isArgument: boolean;
  /** 0 when the variable has no value (yet). */
  readonly value: Address;
  /** An integer that stands in the slot itself (3.14+). */
  readonly inlineInteger?: number;
}

interface Slot {
  readonly name: string;
  readonly isCell: boolean;
}

const knownSlots = new WeakMap<CodeInfo, readonly Slot[]>();

function slotsOf(target: PythonTarget, code: CodeInfo): readonly Slot[] {
  let slots = knownSlots.get(code);
  if (slots === undefined) knownSlots.set(code, (slots = readSlots(target, code)));
  return slots;
}

function readSlots(target: PythonTarget, code: CodeInfo): Slot[] {
  const { objects, layout } = target;
  const { reader } = objects;
  const names = (offset: number): string[] => {
    const tuple = objects.reader.pointer(code.address + offset);
    return objects.tuple(tuple, MAX_SLOTS)?.items.map((item) => objects.text(item) ?? '?') ?? [];
  };
  const { slotNames, slotKinds, variableNames, cellNames, freeNames } = layout.code;
  if (slotNames !== undefined && slotKinds !== undefined) {
    const slots = names(slotNames);
    const kinds = reader.bytes(reader.pointer(code.address + slotKinds) + 32, slots.length);
    return slots.map((name, index) => {
      const kind = kinds?.[index] ?? 0;
      return { name: (kind & KIND_HIDDEN) === 0 ? name : '', isCell: (kind & (KIND_CELL | KIND_FREE)) !== 0 };
    });
  }
  if (variableNames === undefined || cellNames === undefined || freeNames === undefined) return [];
  return [
    ...names(variableNames).map((name) => ({ name, isCell: false })),
    ...[...names(cellNames), ...names(freeNames)].map((name) => ({ name, isCell: true })),
  ];
}

function countArguments(code: CodeInfo): number {
  const variable = (code.flags & FLAG_VARARGS) === 0 ? 0 : 1;
  const keywords = (code.flags & FLAG_VARKEYWORDS) === 0 ? 0 : 1;
  return code.argumentCount + code.keywordOnlyCount + variable + keywords;
}

/** The variables of the frame at `frame`; those without a value are left out. */
export function readLocals(target: PythonTarget, frame: Address, code: CodeInfo): LocalVariable[] {
  const { layout, objects } = target;
  const { reader } = objects;
  if ((code.flags & FLAG_OPTIMIZED) === 0) return readNamespace(target, frame);
  const slots = slotsOf(target, code);
  const table = reader.view(frame + layout.frame.localsPlus, slots.length * 8);
  if (table === undefined) return [];
  const tagMask = layout.frame.kind === 'interpreter' ? layout.frame.tagMask : 0;
  const argumentCount = countArguments(code);
  const variables: LocalVariable[] = [];
  const seen = new Set<string>();
  // Backwards, because an argument that a closure uses has a dead slot and, before 3.11, a cell behind it.
  for (let index = slots.length - 1; index >= 0; index--) {
    const { name, isCell } = slots[index] as Slot;
    if (name === '' || seen.has(name)) continue;
    const word = pointerAt(table, index * 8);
    if (tagMask === 3 && word % 4 === 3) {
      const value = (table.getInt32(index * 8, true) >>> 2) + table.getInt32(index * 8 + 4, true) * 2 ** 30;
      variables.push({ name, isArgument: index < argumentCount, value: 0, inlineInteger: value });
      seen.add(name);
      continue;
    }
    const value = valueOf(target, word - (word % (tagMask + 1)), isCell);
    if (value === 0) continue;
    seen.add(name);
    variables.push({ name, isArgument: index < argumentCount, value });
  }
  return variables.reverse();
}

// In 3.11+ an argument's slot holds the plain value until the function has made its cell.
function valueOf({ objects }: PythonTarget, word: Address, isCell: boolean): Address {
  return isCell && objects.typeOf(word)?.name === 'cell' ? objects.reader.pointer(word + CELL_CONTENTS) : word;
}

/** The object whose method the frame runs: its first argument, when that is called `self`; 0 otherwise. */
export function readSelf(target: PythonTarget, frame: Address, code: CodeInfo): Address {
  const [slot] = (code.flags & FLAG_OPTIMIZED) === 0 ? [] : slotsOf(target, code);
  if (slot?.name !== 'self') return 0;
  const { layout, objects } = target;
  const word = objects.reader.pointer(frame + layout.frame.localsPlus);
  const tagMask = layout.frame.kind === 'interpreter' ? layout.frame.tagMask : 0;
  // Before 3.11 the argument's own slot is empty when an inner function uses it; its cell then stands behind.
  if (word === 0) return readLocals(target, frame, code).find(({ name }) => name === 'self')?.value ?? 0;
  return valueOf(target, word - (word % (tagMask + 1)), slot.isCell);
}

// Module and class bodies keep their variables in a dict; of a module only what looks like data is of interest.
function readNamespace(target: PythonTarget, frame: Address): LocalVariable[] {
  const { layout, objects } = target;
  const { reader } = objects;
  const dict = reader.pointer(frame + layout.frame.locals);
  if (dict === 0 || !objects.isDict(dict)) return [];
  const variables: LocalVariable[] = [];
  for (const { key, value } of objects.dict(dict, 4096)?.entries ?? []) {
    const name = objects.text(key);
    const type = objects.typeOf(value);
    if (name === undefined || type === undefined || name.startsWith('__')) continue;
    if (['module', 'function', 'type', 'builtin_function_or_method', 'ABCMeta'].includes(type.name)) continue;
    variables.push({ name, isArgument: false, value });
    if (variables.length >= MAX_GLOBALS) break;
  }
  return variables;
}
