// The commands, in the order of `holter help`. A new one is a file in commands/ and one line here.

/** One command: `run` gets the words behind its name and resolves to the exit code (0 done, 1 no, 2 wrong use, 3 unreachable). */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;
}

export const commands: readonly Command[] = [
  {
    name: 'promqltest',
    summary: 'run PromQL test scripts',
    load: () => import('./commands/promqltest.ts'),
  },
  { name: 'check', summary: 'check rule files and dashboards', load: () => import('./commands/check.ts') },
  { name: 'test', summary: 'run unit tests of rules', load: () => import('./commands/test.ts') },
  { name: 'version', summary: 'print the version', load: () => import('./commands/version.ts') },
];
