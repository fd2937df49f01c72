// Why a core exists, in a sentence.
import { constants } from 'node:os';
import type { Mapping } from '../procfs/maps.ts';
import type { CoreNotes } from './core-notes.ts';

// Of two names for one number the older alias (SIGIOT, SIGPOLL) stands second.
const names = new Map(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name] as const)
    .toReversed(),
);
const SIGNAL_ABORT = 6;
const NEAR_NULL = 65_536;

/** `SIGSEGV at address 0x0 (a null pointer)`, `SIGABRT sent by process 12 (itself)`. */
export function describeDeath(notes: CoreNotes, mappings: readonly Mapping[]): string {
  const { signal, faultAddress, sender, pid } = notes;
  if (signal === undefined || signal === 0) return 'no signal: the core was taken on demand, the process went on';
  const name = names.get(signal) ?? `signal ${signal}`;
  if (faultAddress !== undefined) {
    const mapping = mappings.find(({ start, end }) => faultAddress >= start && faultAddress < end);
    let what = 'nothing is mapped there';
    if (faultAddress >= 0 && faultAddress < NEAR_NULL) what = 'a null pointer';
    else if (mapping !== undefined)
      what = `in ${mapping.path || 'anonymous memory'}${mapping.isWritable ? '' : ', not writable'}`;
    return `${name} at address 0x${(faultAddress < 0 ? faultAddress + 2 ** 64 : faultAddress).toString(16)} (${what})`;
  }
  if (sender === undefined || sender === 0) return name;
  const itself = sender === pid ? ' (itself)' : '';
  return `${name} ${signal === SIGNAL_ABORT && itself !== '' ? 'raised' : 'sent'} by process ${sender}${itself}`;
}
