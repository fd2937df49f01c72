// The commands, in the order of `holter help`. A new one is a file in commands/ and one line here.

/** One command: `run` gets the words behind its name and resolves to the exit code (0 done, 1 no, 2 wrong use, 3 unreachable). */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;
}

export const commands: readonly Command[] = [
  { name: 'version', summary: 'print the version', load: () => import('./commands/version.ts') },
  { name: 'dump', summary: 'what every thread of a Python process is doing', load: () => import('./commands/dump.ts') },
  { name: 'why', summary: 'why a Python process hangs, in three lines', load: () => import('./commands/why.ts') },
  {
    name: 'record',
    summary: 'sample stacks into a flame graph or profile',
    load: () => import('./commands/record.ts'),
  },
  { name: 'top', summary: 'a live table of where the time goes', load: () => import('./commands/top.ts') },
  {
    name: 'flamegraph',
    summary: 'draw a stored profile, or the difference of two',
    load: () => import('./commands/flamegraph.ts'),
  },
  { name: 'heap', summary: 'what fills the memory of a Python process', load: () => import('./commands/heap.ts') },
  { name: 'core', summary: 'what a Python process did when it died', load: () => import('./commands/core.ts') },
];
