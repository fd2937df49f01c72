// The notes of an ELF core: why the process died, its threads with their registers, its command, its file mappings.
// Layouts of elf_prstatus, elf_prpsinfo and siginfo_t on x86-64 Linux.
import { readNotes } from '../elf/elf-notes.ts';
import { signed64At } from '../memory/memory-reader.ts';

const NT_PRSTATUS = 1;
const NT_PRPSINFO = 3;
const NT_SIGINFO = 0x5349_4749;
const NT_FILE = 0x4649_4c45;
const MAX_FILES = 1_000_000;
/** Registers begin here in elf_prstatus, in the order of user_regs_struct. */
const REGISTERS = 112;
const register = {
  r10: 7,
  r9: 8,
  r8: 9,
  rdx: 12,
  rsi: 13,
  rdi: 14,
  callNumber: 15,
  instruction: 16,
  stack: 19,
} as const;

export interface CoreThread {
  readonly id: number;
  readonly signal: number;
  readonly instruction: number;
  readonly stackPointer: number;
  /** Number and arguments of the system call that it was in; -1 when in none. */
  readonly call: { readonly number: number; readonly arguments: readonly bigint[] };
}

export interface CoreFile {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly path: string;
}

export interface CoreNotes {
  /** The thread that crashed comes first. */
  readonly threads: readonly CoreThread[];
  readonly files: readonly CoreFile[];
  readonly pid: number | undefined;
  readonly program: string;
  /** Up to 80 bytes of the command line. */
  readonly command: string;
  readonly signal: number | undefined;
  readonly signalCode: number | undefined;
  /** For SIGSEGV and its like. */
  readonly faultAddress: number | undefined;
  /** Process that sent the signal, when one did. */
  readonly sender: number | undefined;
}

const FAULT_SIGNALS = new Set([4, 5, 7, 8, 11]);

const textOf = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end))
    .toString('utf8')
    .trim();
};

function parseStatus(view: DataView): CoreThread | undefined {
  if (view.byteLength < REGISTERS + 27 * 8) return undefined;
  const at = (index: number): number => REGISTERS + index * 8;
  const { rdi, rsi, rdx, r10, r8, r9 } = register;
  return {
    id: view.getInt32(32, true),
    signal: view.getInt16(12, true),
    instruction: signed64At(view, at(register.instruction)),
    stackPointer: signed64At(view, at(register.stack)),
    call: {
      number: signed64At(view, at(register.callNumber)),
      arguments: [rdi, rsi, rdx, r10, r8, r9].map((index) => view.getBigUint64(at(index), true)),
    },
  };
}

function parseFiles(bytes: Uint8Array, view: DataView): CoreFile[] {
  if (bytes.length < 16) return [];
  const count = signed64At(view, 0);
  const pageSize = signed64At(view, 8);
  if (!(count >= 0 && count <= MAX_FILES && 16 + count * 24 <= bytes.length)) return [];
  const names = Buffer.from(bytes.subarray(16 + count * 24))
    .toString('utf8')
    .split('\0');
  return Array.from({ length: count }, (_, index) => {
    const at = 16 + index * 24;
    return {
      start: signed64At(view, at),
      end: signed64At(view, at + 8),
      offset: signed64At(view, at + 16) * pageSize,
      path: names[index] ?? '',
    };
  });
}

/** Parses the bytes of a core's note segments; what is cut off or unknown is left out. */
export function parseNotes(bytes: Uint8Array): CoreNotes {
  const threads: CoreThread[] = [];
  let files: CoreFile[] = [];
  let [pid, signal, signalCode, faultAddress, sender]: (number | undefined)[] = [];
  let [program, command] = ['', ''];
  for (const { type, description: note } of readNotes(bytes)) {
    const noteView = new DataView(note.buffer, note.byteOffset, note.byteLength);
    if (type === NT_PRSTATUS) {
      const thread = parseStatus(noteView);
      if (thread !== undefined) threads.push(thread);
    } else if (type === NT_PRPSINFO && note.length >= 136) {
      pid = noteView.getInt32(24, true);
      program = textOf(note.subarray(40, 56));
      command = textOf(note.subarray(56, 136));
    } else if (type === NT_SIGINFO && note.length >= 24) {
      signal = noteView.getInt32(0, true);
      signalCode = noteView.getInt32(8, true);
      // A code of 0 or below: another process, or the process itself, sent it.
      if (signalCode <= 0) sender = noteView.getInt32(16, true);
      else if (FAULT_SIGNALS.has(signal)) faultAddress = signed64At(noteView, 16);
    } else if (type === NT_FILE) files = parseFiles(note, noteView);
  }
  return {
    threads,
    files,
    pid,
    program,
    command,
    signal: signal ?? threads[0]?.signal,
    signalCode,
    faultAddress,
    sender,
  };
}
