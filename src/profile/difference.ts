// The difference of two profiles: one tree with the stacks of both. Each is normalised to its own number of samples; a
// box is as wide as the larger of the two shares needs, so what vanished stays visible beside what is new.
import { layOutFlame, type FlameLayout } from './flame-layout.ts';
import { ProfileBuilder } from './profile-builder.ts';
import { computeTotals, stackOf, type Profile } from './profile.ts';

/** Width of the whole graph, in parts: fine enough that a single sample of a million shows. */
const PARTS = 1_000_000;

interface MergedProfile {
  readonly profile: Profile;
  /** Samples that ended in each node of the merged tree. */
  readonly first: Float64Array;
  readonly second: Float64Array;
}

function mergeTrees(first: Profile, second: Profile): MergedProfile {
  const builder = new ProfileBuilder();
  const weights: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  for (const [side, profile] of [first, second].entries()) {
    const frames = profile.frames.map((frame) => builder.frame(frame));
    for (let node = 1; node < profile.selfs.length; node++) {
      const weight = profile.selfs[node] as number;
      if (weight === 0) continue;
      let target = 0;
      for (const frame of stackOf(profile, node)) target = builder.child(target, frames[frame] as number);
      const map = weights[side as 0 | 1];
      map.set(target, (map.get(target) ?? 0) + weight);
    }
  }
  const profile = builder.build(second.meta);
  const column = (map: Map<number, number>): Float64Array =>
    Float64Array.from(profile.selfs, (_, node) => map.get(node) ?? 0);
  return { profile, first: column(weights[0]), second: column(weights[1]) };
}

/** Lays out the difference `second` − `first`. `self` and `width` are in millionths of all samples. */
export function layOutDifference(first: Profile, second: Profile): FlameLayout {
  const merged = mergeTrees(first, second);
  const totals = [merged.first, merged.second].map((selfs) => computeTotals({ ...merged.profile, selfs }));
  const [before = new Float64Array(0), after = new Float64Array(0)] = totals;
  const sizes = [before[0] || 1, after[0] || 1] as const;
  const widest = Float64Array.from(
    merged.profile.selfs,
    (_, node) => Math.max((merged.first[node] ?? 0) / sizes[0], (merged.second[node] ?? 0) / sizes[1]) * PARTS,
  );
  const profile = { ...merged.profile, selfs: widest };
  const layout = layOutFlame(profile);
  return {
    ...layout,
    change: layout.node.map((node) => (after[node] ?? 0) / sizes[1] - (before[node] ?? 0) / sizes[0]),
    before: layout.node.map((node) => before[node] ?? 0),
    self: layout.node.map((node) => after[node] ?? 0),
  };
}
