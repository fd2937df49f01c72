// Shows an object as text within budgets of depth, width and length. Nothing in the target is called.
import type { Address } from '../memory/process-memory.ts';
import type { ObjectReader } from './object-reader.ts';
import { valueKinds, type RenderScope } from './value-kinds.ts';

export interface RenderLimits {
  readonly depth: number;
  readonly items: number;
  /** Characters of one string. */
  readonly characters: number;
  /** Objects decoded for one value, so that a wide and deep one ends. */
  readonly objects: number;
  readonly redacts: boolean;
}

/** Below this depth an instance is only named: its attributes fill the screen and hide the plain values. */
const INSTANCE_DEPTH = 4;

export const defaultLimits: RenderLimits = { depth: 3, items: 12, characters: 128, objects: 500, redacts: true };

/** The text of the object at `address`, as Python would show it where that is possible without running code. */
export function renderValue(objects: ObjectReader, address: Address, limits: RenderLimits = defaultLimits): string {
  const open = new Set<Address>();
  let budget = limits.objects;
  const show = (object: Address, depth: number): string => {
    const type = objects.typeOf(object);
    if (type === undefined) return object === 0 ? '<unset>' : `<unreadable at 0x${object.toString(16)}>`;
    const kind = valueKinds.find((candidate) => candidate.matches(type, objects));
    if (kind === undefined || open.has(object) || budget-- <= 0) return '…';
    const scope: RenderScope = {
      objects,
      maxItems: limits.items,
      maxCharacters: limits.characters,
      redacts: limits.redacts,
      expandsInstances: limits.depth >= INSTANCE_DEPTH,
      inner: (inner) => (depth <= 0 ? '…' : show(inner, depth - 1)),
    };
    open.add(object);
    const text = kind.render(object, type, scope) ?? `<unreadable ${type.name} at 0x${object.toString(16)}>`;
    open.delete(object);
    return text;
  };
  return show(address, limits.depth);
}
