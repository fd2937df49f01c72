// `holter COMMAND …`: finds the command and runs it; a command's code is loaded only when it is asked for.
import { runCommand } from './command.ts';
import { commands } from './commands.ts';

const [name, ...args] = process.argv.slice(2);
const command = commands.find((candidate) => candidate.name === name);

if (command === undefined) {
  const asked = name === undefined || ['help', '--help', '-h'].includes(name);
  const lines = commands.map(({ name: word, summary }) => `  ${word.padEnd(10)} ${summary}`);
  const text = `usage: holter COMMAND …\n\n${lines.join('\n')}\n\nholter COMMAND --help says more about one of them.`;
  if (asked) console.log(text);
  else console.error(`holter: unknown command "${name}"\n\n${text}`);
  process.exitCode = asked ? 0 : 2;
} else {
  process.exitCode = await runCommand(command.name, await command.load(), args);
}
