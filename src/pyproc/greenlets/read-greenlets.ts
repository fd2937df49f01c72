// All greenlets of an interpreter that uses the greenlet package (gevent, eventlet, SQLAlchemy's asyncio bridge). Nothing lists
// them but the garbage collector.
import type { Dumper, Frame } from '../dump.ts';
import { findInstances } from '../heap/instances.ts';
import type { Address } from '../memory/process-memory.ts';
import { findModule } from '../threads/thread-names.ts';
import { readGreenletStack } from './greenlet-stack.ts';
import { readGreenletState, type GreenletActivity } from './greenlet-state.ts';

const MAX_GREENLETS = 20_000;
const BASE_TYPE = 'greenlet.greenlet';

export interface Greenlet {
  readonly address: Address;
  /** Name of its class. */
  readonly type: string;
  readonly activity: GreenletActivity;
  /** Innermost first; empty unless it is suspended. */
  readonly frames: readonly Frame[];
}

export interface Greenlets {
  readonly list: readonly Greenlet[];
  /** Objects whose structs are not those of a greenlet that we know: another major version of the package. */
  readonly unreadable: number;
}

/** Whether the process has imported the greenlet package; many programs do so and never make one. */
export function mayUseGreenlets({ target }: Dumper): boolean {
  return findModule(target, target.facts.mainInterpreter, 'greenlet') !== undefined;
}

/** To find them, all containers have to be looked at: above this size of a process only when somebody asks for it. */
export const LARGE_PROCESS_BYTES = 512 * 1024 * 1024;

/** `undefined` when the process does not use greenlets. */
export function readGreenlets(dumper: Dumper): Greenlets | undefined {
  if (!mayUseGreenlets(dumper)) return undefined;
  const { target } = dumper;
  const { types } = target.objects;
  const found = findInstances(target, (type) => types.isNamed(type, BASE_TYPE), MAX_GREENLETS) ?? [];
  const list: Greenlet[] = [];
  let unreadable = 0;
  for (const { address, type } of found) {
    const state = readGreenletState(target, address);
    if (state === undefined) {
      unreadable++;
      continue;
    }
    const frames = state.activity === 'suspended' ? readGreenletStack(dumper, state) : [];
    list.push({ address, type: type.name.slice(type.name.lastIndexOf('.') + 1), activity: state.activity, frames });
  }
  return { list, unreadable };
}
