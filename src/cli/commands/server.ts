import { runServer } from '../../server/main.ts';

/** `holter server [FILES…]`: receives, keeps and shows telemetry until it is stopped. */
export function run(args: readonly string[]): Promise<number> {
  return runServer(args, { print: (text) => console.log(text), complain: (text) => console.error(text) });
}
