// All live instances of some types, as the garbage collector knows them.
import type { Address } from '../memory/process-memory.ts';
import type { PythonType } from '../objects/type-table.ts';
import type { PythonTarget } from '../python-target.ts';
import { readGcObjects } from './gc-lists.ts';
import { SnapshotMemory } from './snapshot-memory.ts';

const TYPE = 8;

export interface Instance {
  readonly address: Address;
  readonly type: PythonType;
}

/** At most `limit` tracked objects whose type `isWanted`; `undefined` when this version's collector is not known. */
export function findInstances(
  target: PythonTarget,
  isWanted: (type: PythonType) => boolean,
  limit: number,
): Instance[] | undefined {
  const snapshot = new SnapshotMemory(target.image.memory, target.image.mappings);
  const tracked = readGcObjects(target, snapshot);
  if (tracked === undefined) return undefined;
  const { types } = target.objects;
  const wanted = new Map<Address, PythonType | undefined>();
  const found: Instance[] = [];
  for (let index = 0; index < tracked.count && found.length < limit; index++) {
    const address = tracked.addresses[index] as number;
    const word = snapshot.word(address + TYPE);
    if (!wanted.has(word)) {
      const type = types.at(word);
      wanted.set(word, type !== undefined && isWanted(type) ? type : undefined);
    }
    const type = wanted.get(word);
    if (type !== undefined) found.push({ address, type });
  }
  return found;
}
