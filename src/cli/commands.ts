// The commands, in the order of `holter help`. A new one is a file in commands/ and one line here.
import type { CommandModule } from './command.ts';

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

export const commands: readonly Command[] = [
  { name: 'server', summary: 'receive, keep and show telemetry', load: () => import('./commands/server.ts') },
  {
    name: 'demo',
    summary: 'a server and a small Python shop under load, to look around in',
    load: () => import('./commands/demo.ts'),
  },
  { name: 'logs', summary: 'search or follow the logs of a server', load: () => import('./commands/logs.ts') },
  { name: 'traces', summary: 'find traces of a server, or show one', load: () => import('./commands/traces.ts') },
  { name: 'promql', summary: 'evaluate a PromQL query on a server', load: () => import('./commands/promql.ts') },
  { name: 'token', summary: 'create, list and revoke tokens', load: () => import('./commands/token.ts') },
  { name: 'dump', summary: 'what every thread of a Python process is doing', load: () => import('./commands/dump.ts') },
  { name: 'why', summary: 'why a Python process hangs, in three lines', load: () => import('./commands/why.ts') },
  { name: 'top', summary: 'a live table of where the time goes', load: () => import('./commands/top.ts') },
  {
    name: 'record',
    summary: 'sample stacks into a flame graph or profile',
    load: () => import('./commands/record.ts'),
  },
  {
    name: 'flamegraph',
    summary: 'draw a stored profile, or the difference of two',
    load: () => import('./commands/flamegraph.ts'),
  },
  { name: 'heap', summary: 'what fills the memory of a Python process', load: () => import('./commands/heap.ts') },
  { name: 'core', summary: 'what a Python process did when it died', load: () => import('./commands/core.ts') },
  {
    name: 'check',
    summary: 'check rule files, dashboards and configuration',
    load: () => import('./commands/check.ts'),
  },
  { name: 'test', summary: 'run unit tests of rules', load: () => import('./commands/test.ts') },
  { name: 'promqltest', summary: 'run PromQL test scripts', load: () => import('./commands/promqltest.ts') },
  { name: 'version', summary: 'print the version', load: () => import('./commands/version.ts') },
];
