/** Throws when our own code is wrong; never used for what comes from outside. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`);
}
