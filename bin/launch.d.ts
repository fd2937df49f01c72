/** Imports `entry` (absolute path) here when this Node is new enough, else runs it in a child and mirrors its end. */
export function launch(entry: string, args: readonly string[]): Promise<void>;

/** The environment that a lasting command starts with. */
export function environmentOf(args: readonly string[]): NodeJS.ProcessEnv;

/** The flags that its Node starts with and does not have yet. */
export function flagsOf(args: readonly string[]): string[];
