// The commands, in the order of `holter help`. A new one is a file in commands/ and one line here.

/** One command: `run` gets the words behind its name and resolves to the exit code (0 done, 1 no, 2 wrong use, 3 unreachable). */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;
}

export const commands: readonly Command[] = [
  { name: 'server', summary: 'receive, keep and show telemetry', load: () => import('./commands/server.ts') },
  { name: 'token', summary: 'create, list and revoke tokens', load: () => import('./commands/token.ts') },
  { name: 'version', summary: 'print the version', load: () => import('./commands/version.ts') },
];
