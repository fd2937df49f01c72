import { runTokenCommand } from '../../server/main.ts';

/** `holter token create|list|revoke`: who may send and read. */
export function run(args: readonly string[]): Promise<number> {
  return runTokenCommand(args, { print: (text) => console.log(text), complain: (text) => console.error(text) });
}
