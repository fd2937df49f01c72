// Attaches to a running Python process by reading alone: nothing is stopped, injected or changed.
import { err, ok, type Result } from '../base/result.ts';
import { attachError, type AttachError } from './attach-error.ts';
import { withElfFile } from './elf/elf-file.ts';
import { LiveImage } from './live-image.ts';
import { explainDenial } from './permission-doctor.ts';
import { readProcessStatus } from './procfs/process-status.ts';
import { openPythonTarget, type PythonTarget } from './python-target.ts';

const START_ATTEMPTS = 20;
const START_PAUSE_MS = 20;

/** A live target. `close` releases the descriptor and may be called twice. */
export interface LiveTarget extends PythonTarget {
  readonly pid: number;
  close(): void;
}

function openImage(pid: number): Result<LiveImage, AttachError> {
  const status = readProcessStatus(pid);
  if (status === undefined) return err(attachError('HOLTER_NO_SUCH_PROCESS', `no process has the number ${pid}`));
  if (status.state === 'Z') {
    const text = `process ${pid} (${status.name}) is a zombie: it has ended, and its parent ${status.parent} has not asked how`;
    return err(attachError('HOLTER_PROCESS_IS_ZOMBIE', text, [`look at its parent: holter dump ${status.parent}`]));
  }
  try {
    return ok(new LiveImage(pid));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') return err(explainDenial(pid, status));
    if (code === 'ENOENT' && readProcessStatus(pid) !== undefined) {
      const what = `process ${pid} (${status.name}) is a kernel thread, or is just ending: it has no program`;
      return err(attachError('HOLTER_NOT_PYTHON', what));
    }
    return err(attachError('HOLTER_NO_SUCH_PROCESS', `process ${pid} ended while we looked (${message})`));
  }
}

function refuseArchitecture(image: LiveImage): AttachError | undefined {
  const machine = withElfFile(`/proc/${image.pid}/exe`, (elf) => elf.machine);
  if (!machine.ok && /for \S+$/.test(machine.error)) {
    return attachError(
      'HOLTER_ARCHITECTURE_NOT_SUPPORTED',
      `process ${image.pid}: ${machine.error}; only x86-64 is supported`,
    );
  }
  if (!machine.ok || machine.value === 'x86-64') return undefined;
  const text = `process ${image.pid} is a ${machine.value} program; only x86-64 is supported so far`;
  return attachError('HOLTER_ARCHITECTURE_NOT_SUPPORTED', text);
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Attaches to `pid`; an interpreter that is just starting is given 400 ms. */
export function attach(pid: number): Result<LiveTarget, AttachError> {
  for (let attempt = 1; ; attempt++) {
    const image = openImage(pid);
    if (!image.ok) return image;
    const refusal = refuseArchitecture(image.value);
    const target = refusal === undefined ? openPythonTarget(image.value) : err(refusal);
    if (target.ok) {
      const live = image.value;
      return ok({ ...target.value, pid, close: () => live.close() });
    }
    image.value.close();
    const isStarting = 'isStarting' in target.error && target.error.isStarting === true;
    if (!isStarting || attempt === START_ATTEMPTS) {
      return err({ ...target.error, message: `process ${pid}: ${target.error.message}` });
    }
    pause(START_PAUSE_MS);
  }
}
