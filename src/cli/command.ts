// What the commands share: how their words are read, and how they end when they cannot do what was asked.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { describeArgumentError } from './output/argument-error.ts';

/** Words behind `--` are a program to start. */
const PROGRAM = '--';

/** The command cannot do what was asked; the message is for the user. */
export class CommandFailure extends Error {
  /** 1: no; 2: wrong use; 3: what was asked about cannot be reached or read. */
  readonly exitCode: 1 | 2 | 3;

  constructor(message: string, exitCode: 1 | 2 | 3) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The words behind the command are wrong; the message says what was expected and what came. */
export class WrongUse extends CommandFailure {
  constructor(message: string) {
    super(message, 2);
  }
}

/** `parseArgs` of node:util, whose complaints become one sentence. Throws WrongUse. */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new WrongUse(describeArgumentError(error));
  }
}

/** The module of a command. */
export interface CommandModule {
  /** Printed for --help; a command without it reads that word itself. */
  readonly HELP?: string;
  /** Gets the words behind the command's name; resolves to the exit code (0 done, 1 no, 2 wrong use, 3 unreachable). */
  readonly run: (args: readonly string[]) => Promise<number>;
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf(PROGRAM);
  return (end === -1 ? args : args.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

/** Runs a command, or prints its help; a CommandFailure becomes a message and the exit code. */
export async function runCommand(name: string, command: CommandModule, args: readonly string[]): Promise<number> {
  if (command.HELP !== undefined && asksForHelp(args)) {
    console.log(command.HELP);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const hint = error instanceof WrongUse ? `\n\nholter ${name} --help says more.` : '';
    console.error(`holter ${name}: ${error.message}${hint}`);
    return error.exitCode;
  }
}
