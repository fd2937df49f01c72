// Builds a profile from stacks. Nodes and frames get numbers as they come; a child is found by (parent, frame).
import type { Profile, ProfileFrame, ProfileMeta, SampleState, StateColumns } from './profile.ts';

const ROOT = 0;
/** Frames are numbered below this, so that (parent, frame) makes one exact number. */
const FRAME_LIMIT = 2 ** 24;
/** States beyond these (there is one for each trace) lose their trace. */
const STATE_LIMIT = 2 ** 16;

/** Collects samples; `build` may be called at any time. */
export class ProfileBuilder {
  readonly #frames: ProfileFrame[] = [];
  readonly #frameIndex = new Map<string, number>();
  readonly #children = new Map<number, number>();
  #parents = new Int32Array(1024);
  #nodeFrames = new Int32Array(1024);
  #selfs = new Float64Array(1024);
  #count = 1;
  readonly #states: SampleState[] = [];
  readonly #stateIndex = new Map<string, number>();
  /** node × STATE_LIMIT + state → samples. */
  readonly #weights = new Map<number, number>();

  constructor() {
    this.#parents[ROOT] = -1;
    this.#nodeFrames[ROOT] = -1;
  }

  /** The number of a frame; equal frames share one. */
  frame(frame: ProfileFrame): number {
    const key = `${frame.name}\0${frame.file}\0${frame.line}`;
    let index = this.#frameIndex.get(key);
    if (index === undefined) {
      index = Math.min(this.#frames.length, FRAME_LIMIT - 1);
      this.#frames.push(frame);
      this.#frameIndex.set(key, index);
    }
    return index;
  }

  /** The node for `frame` called from `parent`; 0 is the root. */
  child(parent: number, frame: number): number {
    const key = parent * FRAME_LIMIT + frame;
    let node = this.#children.get(key);
    if (node === undefined) {
      node = this.#count++;
      if (node === this.#parents.length) this.#grow();
      this.#parents[node] = parent;
      this.#nodeFrames[node] = frame;
      this.#children.set(key, node);
    }
    return node;
  }

  /** The number of a state; equal states share one. */
  state(state: SampleState): number {
    const key = `${state.kind}\0${state.reason}\0${state.traceId}`;
    const known = this.#stateIndex.get(key);
    if (known !== undefined) return known;
    if (this.#states.length >= STATE_LIMIT / 2 && state.traceId !== '') return this.state({ ...state, traceId: '' });
    const index = this.#states.push(state) - 1;
    this.#stateIndex.set(key, index);
    return index;
  }

  /** Adds `weight` samples that ended in `node`; `state` is a number that `state` gave, -1 for none. */
  add(node: number, weight: number, state = -1): void {
    this.#selfs[node] = (this.#selfs[node] as number) + weight;
    if (state < 0) return;
    const key = node * STATE_LIMIT + state;
    this.#weights.set(key, (this.#weights.get(key) ?? 0) + weight);
  }

  /** Adds a whole stack, root first. */
  addStack(frames: readonly number[], weight: number): void {
    let node = ROOT;
    for (const frame of frames) node = this.child(node, frame);
    this.add(node, weight);
  }

  #grow(): void {
    const size = this.#parents.length * 2;
    const [parents, nodeFrames, selfs] = [this.#parents, this.#nodeFrames, this.#selfs];
    this.#parents = new Int32Array(size);
    this.#nodeFrames = new Int32Array(size);
    this.#selfs = new Float64Array(size);
    this.#parents.set(parents);
    this.#nodeFrames.set(nodeFrames);
    this.#selfs.set(selfs);
  }

  #stateColumns(): StateColumns {
    const keys = [...this.#weights.keys()];
    return {
      table: [...this.#states],
      nodes: Int32Array.from(keys, (key) => Math.floor(key / STATE_LIMIT)),
      states: Int32Array.from(keys, (key) => key % STATE_LIMIT),
      weights: Float64Array.from(this.#weights.values()),
    };
  }

  /** A snapshot of what was added so far. */
  build(meta: ProfileMeta): Profile {
    return {
      ...(this.#weights.size > 0 ? { states: this.#stateColumns() } : {}),
      meta,
      frames: [...this.#frames],
      parents: this.#parents.slice(0, this.#count),
      nodeFrames: this.#nodeFrames.slice(0, this.#count),
      selfs: this.#selfs.slice(0, this.#count),
    };
  }
}
