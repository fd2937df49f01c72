// The same samples seen four ways: all of them, those on a CPU, those with the GIL, and those that wait, by what they
// wait for. All four share one tree; in the waiting view a reason stands as a further frame above the stack.
import { ProfileBuilder } from './profile-builder.ts';
import type { Profile, SampleState } from './profile.ts';

export type ViewName = 'wall' | 'cpu' | 'gil' | 'waiting';

export interface ProfileView {
  readonly name: ViewName;
  /** Samples that ended in each node of the common tree. */
  readonly selfs: Float64Array;
}

export interface ProfileViews {
  /** The common tree; `selfs` are those of the first view. */
  readonly profile: Profile;
  /** Empty when the samples carry no states, or all would look alike. */
  readonly views: readonly ProfileView[];
}

const viewsOfMode: Readonly<Record<Profile['meta']['mode'], readonly ViewName[]>> = {
  wall: ['wall', 'cpu', 'gil', 'waiting'],
  cpu: ['cpu', 'gil'],
  gil: ['gil'],
};

const counts: Readonly<Record<ViewName, (state: SampleState) => boolean>> = {
  wall: () => true,
  cpu: ({ kind }) => kind !== 'waiting',
  gil: ({ kind }) => kind === 'gil',
  waiting: ({ kind }) => kind === 'waiting',
};

/** All views of a profile; `traceId` keeps only the samples of one trace. */
export function unfoldViews(profile: Profile, traceId?: string): ProfileViews {
  const { states, meta } = profile;
  if (states === undefined) return { profile, views: [] };
  const builder = new ProfileBuilder();
  const frames = profile.frames.map((frame) => builder.frame(frame));
  // Nodes keep their numbers: they are made in the same order.
  for (let node = 1; node < profile.parents.length; node++) {
    builder.child(profile.parents[node] as number, frames[profile.nodeFrames[node] as number] as number);
  }
  const rows: { node: number; reasonNode: number; state: SampleState; weight: number }[] = [];
  for (const [row, node] of states.nodes.entries()) {
    const state = states.table[states.states[row] as number];
    if (state === undefined || (traceId !== undefined && state.traceId !== traceId)) continue;
    const { kind, reason } = state;
    const reasonNode =
      kind === 'waiting'
        ? builder.child(node, builder.frame({ name: `[waiting: ${reason}]`, file: '', line: 0 }))
        : node;
    rows.push({ node, reasonNode, state, weight: states.weights[row] as number });
  }
  const tree = builder.build(meta);
  const views = viewsOfMode[meta.mode].map((name): ProfileView => {
    const selfs = new Float64Array(tree.parents.length);
    for (const { node, reasonNode, state, weight } of rows) {
      const target = name === 'waiting' ? reasonNode : node;
      if (counts[name](state)) selfs[target] = (selfs[target] as number) + weight;
    }
    return { name, selfs };
  });
  const all = new Float64Array(tree.parents.length);
  for (const { node, weight } of rows) all[node] = (all[node] as number) + weight;
  return { profile: { ...tree, selfs: views[0]?.selfs ?? all }, views };
}

/** One view as a profile of its own; `undefined` when the profile does not have it. */
export function profileOfView(profile: Profile, name: ViewName, traceId?: string): Profile | undefined {
  const unfolded = unfoldViews(profile, traceId);
  const view = unfolded.views.find((candidate) => candidate.name === name);
  if (view === undefined) return undefined;
  const samples = view.selfs.reduce((sum, weight) => sum + weight, 0);
  return { ...unfolded.profile, selfs: view.selfs, meta: { ...profile.meta, samples } };
}
