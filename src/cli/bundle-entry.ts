// The entry of the one-file build (`npm run bundle`): the commands that look into processes, and nothing of the server.
import { runCommand } from './command.ts';

const commands = {
  dump: () => import('./commands/dump.ts'),
  why: () => import('./commands/why.ts'),
  top: () => import('./commands/top.ts'),
  record: () => import('./commands/record.ts'),
  heap: () => import('./commands/heap.ts'),
  core: () => import('./commands/core.ts'),
  flamegraph: () => import('./commands/flamegraph.ts'),
} as const;

const OLDEST_NODE = 22;
const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(commands, name) ? commands[name as keyof typeof commands] : undefined;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(`holter: needs Node ${OLDEST_NODE} or newer, this is ${process.version}`);
  process.exitCode = 3;
} else if (load === undefined) {
  const asked = ['', 'help', '--help', '-h'].includes(name);
  const text = `usage: holter ${Object.keys(commands).join(' | ')} …\n\nholter COMMAND --help says more about one of them.`;
  if (asked) console.log(text);
  else console.error(`holter: unknown command "${name}"\n\n${text}`);
  process.exitCode = asked ? 0 : 2;
} else {
  process.exitCode = await runCommand(name, await load(), args);
}
