// Where the boxes of a flame graph lie: callees inside their callers, siblings in alphabetical order, so that two graphs
// of the same program look alike. Given in depth-first order, in units of samples.
import { computeTotals, frameLabel, type Profile } from './profile.ts';
import type { ProfileView } from './views.ts';

export interface FlameLayout {
  readonly labels: readonly string[];
  /** Per box: label, depth (0 is the root), left edge and width in samples, samples of its own. */
  readonly label: number[];
  readonly depth: number[];
  readonly start: number[];
  readonly width: number[];
  readonly self: number[];
  /** In a difference: share of the second profile minus share of the first, −1 … 1, and samples of the first. */
  readonly change?: number[];
  readonly before?: number[];
  /** Own samples of each box in each view, when there are several. */
  readonly views?: readonly { readonly name: string; readonly self: number[] }[];
}

/** Children of every node, alphabetically by label. */
export function sortedChildren(profile: Profile, labels: readonly string[]): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (let node = 1; node < profile.parents.length; node++) {
    const parent = profile.parents[node] as number;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  const labelOf = (node: number): string => labels[profile.nodeFrames[node] as number] ?? '';
  const compare = (a: number, b: number): number => (labelOf(a) < labelOf(b) ? -1 : Number(labelOf(a) > labelOf(b)));
  for (const siblings of children.values()) siblings.sort(compare);
  return children;
}

/** Lays out `profile`. `views` are further columns of own samples over the same tree. */
export function layOutFlame(
  profile: Profile,
  views: readonly ProfileView[] = [],
): FlameLayout & { readonly node: number[] } {
  const widths = computeTotals(profile);
  const labels = ['all', ...profile.frames.map(frameLabel)];
  const children = sortedChildren(profile, labels.slice(1));
  const layout = {
    labels,
    label: [0],
    depth: [0],
    start: [0],
    width: [widths[0] ?? 0],
    self: [profile.selfs[0] ?? 0],
    node: [0],
  };
  const open: { node: number; start: number; depth: number }[] = [];
  const openChildren = (node: number, start: number, depth: number): void => {
    let left = start;
    const placed = (children.get(node) ?? []).map((child) => {
      const at = left;
      left += widths[child] ?? 0;
      return { node: child, start: at, depth };
    });
    open.push(...placed.reverse());
  };
  openChildren(0, 0, 1);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    layout.label.push((profile.nodeFrames[next.node] as number) + 1);
    layout.depth.push(next.depth);
    layout.start.push(next.start);
    layout.width.push(widths[next.node] ?? 0);
    layout.self.push(profile.selfs[next.node] ?? 0);
    layout.node.push(next.node);
    openChildren(next.node, next.start, next.depth + 1);
  }
  if (views.length < 2) return layout;
  const columns = views.map(({ name, selfs }) => ({ name, self: layout.node.map((node) => selfs[node] ?? 0) }));
  return { ...layout, views: columns };
}
