/** Imports `entry` (absolute path) here when this Node is new enough, else runs it in a child and mirrors its end. */
export function launch(entry: string, args: readonly string[]): Promise<void>;
