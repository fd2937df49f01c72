// Samples test/targets/ping_pong.py in this thread and counts stacks that the program can never have: a function of one
// side under a function of the other, or a stack that does not begin at the module.
import { onTestFinished } from 'vitest';
import { ProcessSampler, type SampleCounts } from '../../src/pyproc/sampler/process-sampler.ts';
import { ProfileBuilder } from '../../src/profile/profile-builder.ts';
import { emptyMeta, stackOf } from '../../src/profile/profile.ts';
import { startPython } from './python-target.ts';

export interface StackCensus {
  readonly samples: number;
  readonly impossible: number;
  readonly uncertain: number;
  /** The first few impossible ones. */
  readonly examples: readonly string[];
}

function isImpossible(names: readonly string[]): boolean {
  if (names[0] !== '<module>') return true;
  return names.some((name) => name.includes('left')) && names.some((name) => name.includes('right'));
}

/** Looks `looks` times, as fast as it can but for short random pauses. Uncertain samples are counted apart, not judged. */
export async function censusStacks(python: string, shape: string, looks: number): Promise<StackCensus> {
  const target = startPython(python, 'ping_pong.py', shape);
  await target.saw('ready');
  const counts: SampleCounts = { samples: 0, uncertain: 0, failed: 0, withGil: 0, active: 0, looks: 0 };
  const sure = new ProfileBuilder();
  const options = { mode: 'wall', threads: false, functions: true, noLines: false, fullPaths: false } as const;
  const opened = ProcessSampler.open(target.pid, sure, options);
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => opened.value.close());
  let impossible = 0;
  let judged = 0;
  const examples: string[] = [];
  for (let look = 0; look < looks; look++) {
    const before = counts.uncertain;
    const stack = opened.value.sampleStack(counts);
    const pause = performance.now() + Math.random() * 0.3;
    while (performance.now() < pause);
    if (stack === undefined || counts.uncertain > before) continue;
    judged++;
    const profile = sure.build(emptyMeta);
    const names = stackOf(profile, stack).map((frame) => profile.frames[frame]?.name ?? '?');
    if (!isImpossible(names)) continue;
    impossible++;
    if (examples.length < 3) examples.push(names.join(' > '));
  }
  return { samples: judged, impossible, uncertain: counts.uncertain, examples };
}
