// One thread keeps the GIL: it runs native code that does not let go, a regular expression that backtracks, or just
// Python code that computes.
import type { ThreadDump } from '../../dump.ts';
import { readStackWords } from '../../frames/value-stack.ts';
import { defaultLimits, renderValue } from '../../objects/render-value.ts';
import { formatSeconds } from '../../waits/wait-text.ts';
import type { Finding, FindingKind } from '../finding.ts';
import { likenessOf } from '../alike.ts';
import { isInGilWait, stackLines, title, where, type ProcessScene, type Scene } from '../scene.ts';
import { runsEventLoop } from './event-loop.ts';

const BUSY_LOAD = 0.7;
/** A thread that got less of a CPU than this cannot be said to stand still. */
const LEAST_RUN_SECONDS = 0.01;
const PATTERN_TEXT = 48;
const SELF = 24;

/** The pattern of a regular expression that the innermost frame is matching. */
function findPattern(process: ProcessScene, thread: ThreadDump): string | undefined {
  const [frame] = thread.frames;
  const code = frame === undefined ? undefined : process.dumper.codes.at(frame.code);
  if (frame === undefined || code === undefined) return undefined;
  const { objects } = process.target;
  for (const word of readStackWords(process.target, frame, code)) {
    const type = objects.typeOf(word);
    const object = type?.name === 'builtin_function_or_method' ? objects.reader.pointer(word + SELF) : word;
    const name = object === word ? type?.name : objects.typeOf(object)?.name;
    if (name !== 're.Pattern' && name !== '_sre.SRE_Pattern') continue;
    return renderValue(objects, objects.reader.pointer(object + PATTERN_TEXT), { ...defaultLimits, depth: 1 });
  }
  return undefined;
}

function wantsGil(process: ProcessScene, thread: ThreadDump): boolean {
  if (process.wantedGil.has(thread.address)) return true;
  const before = process.before.threads.find((candidate) => candidate.address === thread.address);
  return [thread, before].some((seen) => isInGilWait(seen?.syscall, process.dump, process.target));
}

function diagnoseProcess(scene: Scene, process: ProcessScene): Finding[] {
  const findings: Finding[] = [];
  for (const [address, gil] of process.dump.gils) {
    const holder = process.dump.threads.find((thread) => thread.address === gil.lastHolder);
    const load = holder === undefined ? undefined : process.load.get(holder);
    const waiting = process.dump.threads.filter(
      (thread) => thread.interpreter === holder?.interpreter && thread !== holder && wantsGil(process, thread),
    );
    const earlier = process.before.gils.get(address);
    const before = process.before.threads.find((thread) => thread.address === holder?.address);
    if (holder === undefined || earlier === undefined || before === undefined) continue;
    const isKept = earlier.lastHolder === gil.lastHolder && earlier.switches === gil.switches;
    if (!isKept || load === undefined || load.wanted < BUSY_LOAD) continue;
    const [now, then] = [holder.frames[0], before.frames[0]];
    const isSame = now?.address === then?.address && now?.offset === then?.offset && now?.code === then?.code;
    const ranEnough = load.ran * scene.windowSeconds >= LEAST_RUN_SECONDS;
    const stoodStill = isSame && ranEnough && !process.moved.has(holder.address);
    const actor = { process, thread: holder, wait: undefined };
    const of = likenessOf(actor);
    const time = `at least ${formatSeconds(scene.windowSeconds)}`;
    const queue =
      waiting.length === 0
        ? ''
        : `; ${waiting.length} ${waiting.length === 1 ? 'thread waits' : 'threads wait'} for it`;
    const evidence = [`  ${title(actor, scene)}: ${Math.round(load.ran * 100)} % of a CPU`, ...stackLines(actor, 6)];
    const severity = waiting.length > 0 ? 'fault' : 'suspect';
    const pattern = stoodStill ? findPattern(process, holder) : undefined;
    if (pattern !== undefined) {
      const summary = `a regular expression holds the GIL (${time})${where(actor)}: the pattern ${pattern} backtracks${queue}`;
      findings.push({ kind: 'gil-regular-expression', severity: 'fault', summary, evidence, of });
    } else if (stoodStill) {
      const summary = `${title(actor, scene)} holds the GIL in native code (${time}), called${where(actor)}${queue}`;
      findings.push({ kind: 'gil-native', severity, summary, evidence, of });
    } else if (!runsEventLoop(actor)) {
      const summary = `${title(actor, scene)} computes in Python (${Math.round(load.ran * 100)} % of a CPU)${where(actor)}${queue}`;
      findings.push({ kind: 'gil-busy', severity: waiting.length > 0 ? 'suspect' : 'note', summary, evidence, of });
    }
  }
  return findings;
}

export const findGilHolders: FindingKind = (scene) =>
  scene.processes.flatMap((process) => diagnoseProcess(scene, process));
