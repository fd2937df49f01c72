// Who holds the GIL. Up to 3.11 one lock in the runtime serves all interpreters; from 3.12 each may have its own.
import { pointerAt, signed64At } from '../memory/memory-reader.ts';
import type { Address } from '../memory/process-memory.ts';
import type { PythonTarget } from '../python-target.ts';

export interface GilState {
  /** Where the lock's struct lies. */
  readonly address: Address;
  /** The thread state that holds it; 0 when nobody does. */
  readonly holder: Address;
  /** The thread state that held it last. */
  readonly lastHolder: Address;
  /** How often it went to another thread. While this stands still, only the last holder can have moved. */
  readonly switches: number;
}

/** The address of the GIL that threads of `interpreter` take; 0 when unreadable. */
export function gilAddress(target: PythonTarget, interpreter: Address): Address {
  const { runtime, interpreter: offsets } = target.layout;
  if (runtime.gil !== undefined) return target.runtime + runtime.gil;
  return offsets.gilPointer === undefined ? 0 : target.reader.pointer(interpreter + offsets.gilPointer);
}

/** One look at the GIL at `address`; `undefined` when it is not readable. */
export function readGil(target: PythonTarget, address: Address): GilState | undefined {
  const { gil } = target.layout;
  const struct = target.reader.peek(address, gil.switchNumber + 8);
  if (struct === undefined) return undefined;
  const lastHolder = pointerAt(struct, gil.lastHolder);
  const isLocked = struct.getInt32(gil.locked, true) === 1;
  return { address, holder: isLocked ? lastHolder : 0, lastHolder, switches: signed64At(struct, gil.switchNumber) };
}
