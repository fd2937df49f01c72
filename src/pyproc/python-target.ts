// An interpreter that can be read: where it is, which layout fits, and readers over its memory.
import { err, ok, type Result } from '../base/result.ts';
import { attachError, type AttachError } from './attach-error.ts';
import { layoutFromDebugOffsets, readDebugOffsets } from './cpython/debug-offsets.ts';
import { findRuntime, type RuntimeLocation } from './cpython/find-runtime.ts';
import { findGcLayout, gcState } from './cpython/gc-test.ts';
import type { CPythonLayout, GcLayout } from './cpython/layout.ts';
import { OLDEST_MINOR, tableLayouts } from './cpython/layouts.ts';
import { testLayout, type InterpreterFacts } from './cpython/self-test.ts';
import { CachedMemory } from './memory/cached-memory.ts';
import { MemoryReader } from './memory/memory-reader.ts';
import type { Address } from './memory/process-memory.ts';
import { ObjectReader } from './objects/object-reader.ts';
import { recoverTypeNames } from './objects/recover-names.ts';
import type { ProcessImage } from './process-image.ts';

export interface PythonTarget {
  readonly image: ProcessImage;
  readonly layout: CPythonLayout;
  readonly runtime: Address;
  readonly facts: InterpreterFacts;
  /** Where the collector keeps its lists; `undefined` when no layout of this version fits. */
  readonly gc: () => GcLayout | undefined;
  /** The file that the interpreter came from. */
  readonly interpreterFile: string;
  /** `major.minor.micro`, or without the last part while sys is not filled. */
  readonly version: string;
  /** Uncached: what changes while we look. */
  readonly reader: MemoryReader;
  /** Through a page cache: what hardly changes (types, names, code). Cleared by `refresh`. */
  readonly objects: ObjectReader;
  refresh(): void;
}

/** `starting` is worth another try. */
export type TargetError = AttachError & { readonly isStarting?: boolean };

function pickLayout(
  reader: MemoryReader,
  location: RuntimeLocation,
): Result<{ layout: CPythonLayout; facts: InterpreterFacts }, TargetError> {
  const offsets = readDebugOffsets(reader, location.address);
  if (offsets?.isFreeThreaded === true) {
    return err(
      attachError('PYTHON_UNSUPPORTED', `Python 3.${offsets.minor} without GIL (free-threaded): not supported yet`),
    );
  }
  let candidates: readonly CPythonLayout[];
  if (offsets !== undefined) candidates = [layoutFromDebugOffsets(offsets)];
  else {
    const minor = location.version?.minor;
    candidates = minor === undefined ? tableLayouts : tableLayouts.filter((layout) => layout.minor === minor);
  }
  const reasons: string[] = [];
  let isStarting = false;
  for (const layout of candidates) {
    const test = testLayout(reader, layout, location.address);
    if (test.kind === 'passed') return ok({ layout, facts: test.facts });
    if (test.kind === 'starting') isStarting = true;
    else reasons.push(`3.${layout.minor}: ${test.reason}`);
  }
  if (isStarting) {
    return err({
      ...attachError('PYTHON_NOT_READY', 'the interpreter is still starting, or is already shutting down'),
      isStarting,
    });
  }
  const version = location.version === undefined ? 'unknown version' : `3.${location.version.minor}`;
  return err(
    attachError(
      'PYTHON_UNSUPPORTED',
      `Python ${version} in ${location.module}: its structs fit no layout that we know (${reasons.join('; ') || 'no layout for this version'})`,
    ),
  );
}

/** Finds the interpreter of an image and the layout that fits it. */
export function openPythonTarget(image: ProcessImage): Result<PythonTarget, TargetError> {
  const reader = new MemoryReader(image.memory);
  const search = findRuntime(image, reader);
  if (search.kind === 'absent') {
    const why = search.problems.length === 0 ? '' : ` (${search.problems.join('; ')})`;
    return err(attachError('PYTHON_ABSENT', `not a Python process: it runs ${image.executable}${why}`));
  }
  if (search.kind === 'old') {
    const { major, minor } = search.version;
    const text = `Python ${major}.${minor} is too old: expected 3.${OLDEST_MINOR} or newer`;
    return err(attachError('PYTHON_TOO_OLD', text));
  }
  const picked = pickLayout(reader, search.location);
  if (!picked.ok) return picked;
  const { layout, facts } = picked.value;
  const cache = new CachedMemory(image.memory);
  const objects = new ObjectReader(new MemoryReader(cache), layout, facts.typeType);
  if (objects.types.at(facts.dictType)?.name === '?') {
    const { builtins, modules } = layout.interpreter;
    const at = (offset: number): Address => reader.pointer(facts.mainInterpreter + offset);
    objects.types.useNames(recoverTypeNames(objects, at(builtins), at(modules)));
  }
  let gc: { readonly found: GcLayout | undefined } | undefined;
  const state = gcState(layout, search.location.address, facts.mainInterpreter);
  return ok({
    image,
    layout,
    runtime: search.location.address,
    facts,
    gc: () => (gc ??= { found: findGcLayout(reader, layout.gc, state) }).found,
    interpreterFile: search.location.module,
    version: readVersion(objects, facts, layout),
    reader,
    objects,
    refresh: () => cache.clear(),
  });
}

function readVersion(objects: ObjectReader, facts: InterpreterFacts, layout: CPythonLayout): string {
  const sysDict = objects.reader.pointer(facts.mainInterpreter + layout.interpreter.sysDict);
  const version = objects.dictValue(sysDict, 'version');
  const text = version === undefined ? undefined : objects.text(version);
  return text?.split(' ')[0] ?? `3.${layout.minor}`;
}
