// A CPU profile of the front as a table: the self time of every function, counted where its caller belongs to.
import { readFileSync } from 'node:fs';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface CpuProfile {
  /** Microseconds of the monotonic clock. */
  readonly startTime: number;
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface ProfileGroup {
  readonly name: string;
  /** Of the time in which the thread was not idle. */
  readonly share: number;
  /** The functions with most self time, with their shares. */
  readonly top: readonly (readonly [name: string, share: number])[];
}

const TOP = 3;
const NATIVE = 'native code outside of JavaScript';
/** Part of a file's address → what its work is for. The first that a frame, or else its nearest caller, matches counts. */
const groups: readonly (readonly [part: string, group: string])[] = [
  ['src/formats/', 'decoding'],
  ['src/ingest/lines', 'decoding'],
  ['src/pipeline/', 'decoding'],
  ['src/ingest/decode-frame', 'decoding'],
  ['src/storage/clickhouse/', 'block files: counts, trace ranges, writes'],
  ['src/spool/', 'spool: frames, checksums, handing to the commit thread'],
  ['src/ingest/body-hash', 'hash of the body'],
  ['src/ingest/otlp/', 'receiving and answering'],
  ['src/ingest/', 'intake: ledger, blocks, promises'],
  ['src/server/', 'API'],
];

/** What the node's frames and those above it say; node's own code without a caller of ours receives and answers. */
function groupOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>): string | undefined {
  const leaf = node.callFrame.functionName;
  if (leaf === '(idle)' || leaf === '(root)') return undefined;
  if (leaf === '(garbage collector)') return 'collecting garbage';
  if (leaf === '(program)') return NATIVE;
  for (let at: ProfileNode | undefined = node; at !== undefined; at = parents.get(at.id)) {
    const { url } = at.callFrame;
    const match = groups.find(([part]) => url.includes(part));
    if (match !== undefined) return match[1];
  }
  return 'receiving and answering';
}

/** The busy time of the profiled thread between two times of `process.hrtime`, in ns, by what it was for, most first. */
export function readFrontProfile(path: string, from: bigint, to: bigint): ProfileGroup[] {
  const { startTime, nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map<number, ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const times = new Map<string, Map<string, number>>();
  let busy = 0;
  let at = startTime;
  samples.forEach((id, index) => {
    at += timeDeltas[index]!;
    if (at < Number(from) / 1000 || at > Number(to) / 1000) return;
    const node = byId.get(id)!;
    const group = groupOf(node, parents);
    if (group === undefined) return;
    const time = timeDeltas[index]!;
    busy += time;
    const names = times.get(group) ?? new Map<string, number>();
    times.set(group, names);
    const name = node.callFrame.functionName || '(anonymous)';
    names.set(name, (names.get(name) ?? 0) + time);
  });
  return Array.from(times, ([name, functions]) => ({
    name,
    share: Array.from(functions.values()).reduce((sum, time) => sum + time, 0) / busy,
    top: Array.from(functions, ([title, time]) => [title, time / busy] as const)
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, TOP),
  })).toSorted((a, b) => b.share - a.share);
}
