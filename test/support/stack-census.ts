// Looks at a running test/targets/ping_pong.py from this thread and counts stacks that the program can never have: a
// function of one side under a function of the other, or a stack that does not begin at the module.
import { ProcessSampler, type SampleCounts } from '../../src/pyproc/sampler/process-sampler.ts';
import { ProfileBuilder } from '../../src/profile/profile-builder.ts';
import { emptyMeta, stackOf } from '../../src/profile/profile.ts';

const MAX_PAUSE_MS = 0.3;

export interface StackCensus {
  /** Looks whose sample was sure; the others were uncertain or unreadable. */
  readonly sure: number;
  /** How many of the sure ones are impossible. */
  readonly impossible: number;
  /** The first few impossible ones. */
  readonly examples: readonly string[];
}

function isImpossible(names: readonly string[]): boolean {
  if (names[0] !== '<module>') return true;
  return names.some((name) => name.includes('left')) && names.some((name) => name.includes('right'));
}

/** Looks `looks` times, as fast as it can but for short random pauses. */
export function censusStacks(pid: number, looks: number): StackCensus {
  const counts: SampleCounts = { samples: 0, uncertain: 0, failed: 0, withGil: 0, active: 0, looks: 0 };
  const builder = new ProfileBuilder();
  const options = { mode: 'wall', threads: false, functions: true, noLines: false, fullPaths: false } as const;
  const opened = ProcessSampler.open(pid, builder, options);
  if (!opened.ok) throw new Error(opened.error.message);
  const seen = new Map<number, number>();
  for (let look = 0; look < looks; look++) {
    const before = counts.uncertain;
    const node = opened.value.sampleStack(counts);
    const pause = performance.now() + Math.random() * MAX_PAUSE_MS;
    while (performance.now() < pause);
    if (node !== undefined && counts.uncertain === before) seen.set(node, (seen.get(node) ?? 0) + 1);
  }
  opened.value.close();
  const profile = builder.build(emptyMeta);
  let [sure, impossible] = [0, 0];
  const examples: string[] = [];
  for (const [node, count] of seen) {
    sure += count;
    const names = stackOf(profile, node).map((frame) => profile.frames[frame]?.name ?? '?');
    if (!isImpossible(names)) continue;
    impossible += count;
    if (examples.length < 3) examples.push(names.join(' > '));
  }
  return { sure, impossible, examples };
}
