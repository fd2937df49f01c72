// Who started whom.
import { listProcesses, readProcessStatus } from './process-status.ts';

/** `pid` and everything that it started, directly or not, parents first. */
export function listTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const candidate of listProcesses()) {
    const parent = readProcessStatus(candidate)?.parent;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [candidate]);
    else siblings.push(candidate);
  }
  const tree: number[] = [];
  const visit = (current: number): void => {
    if (tree.includes(current)) return;
    tree.push(current);
    for (const child of children.get(current) ?? []) visit(child);
  };
  visit(pid);
  return tree;
}
