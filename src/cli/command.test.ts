import { afterEach, expect, test, vi } from 'vitest';
import { commands } from './commands.ts';
import { CommandFailure, runCommand, type CommandModule } from './command.ts';

afterEach(() => void vi.restoreAllMocks());

/** The exit code, and what stood on standard output and standard error. */
async function end(name: string, command: CommandModule, ...args: string[]): Promise<[number, string, string]> {
  const [output, errors]: [string[], string[]] = [[], []];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void output.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line));
  return [await runCommand(name, command, args), output.join('\n'), errors.join('\n')];
}

test.each(commands.map(({ name, load }) => [name, load] as const))(
  '%s: help on standard output, a word that nobody knows is wrong use',
  async (name, load) => {
    const command = await load();
    if (command.HELP === undefined) return;
    expect(command.HELP).toContain(`usage: holter ${name} `);
    for (const word of ['--help', '-h']) expect(await end(name, command, word)).toEqual([0, command.HELP, '']);
    const [code, output, errors] = await end(name, command, '--no-such-word');
    expect([code, output]).toEqual([2, '']);
    expect(errors).toMatch(new RegExp(`^holter ${name}: .*--no-such-word.*\\n\\nholter ${name} --help says more\\.$`));
  },
);

test('help behind -- belongs to the program that is started; failures keep their code; faults are not hidden', async () => {
  const command = (run: CommandModule['run']): CommandModule => ({ HELP: 'usage', run });
  expect(
    await end(
      'x',
      command((args) => Promise.resolve(args.length)),
      '--',
      '--help',
    ),
  ).toEqual([2, '', '']);
  const refused = command(() => Promise.reject(new CommandFailure('no such process', 3)));
  expect(await end('x', refused)).toEqual([3, '', 'holter x: no such process']);
  await expect(
    end(
      'x',
      command(() => Promise.reject(new TypeError('a fault'))),
    ),
  ).rejects.toThrow('a fault');
});
