/**
 * What an edge of the service graph stands for. `call` and `message`: both sides are known, directly or by way of a queue. `database`,
 * `publish` (to a queue) and `external`: the client's side alone, which says what it talks to; `consume`: the same from the queue's
 * other end. `entry`: a server's span that nothing called. `unknownServer`, `unknownClient`: a side whose other one was not seen.
 */
export const edgeKinds = [
  'call',
  'message',
  'database',
  'publish',
  'consume',
  'external',
  'entry',
  'unknownServer',
  'unknownClient',
] as const;
export type EdgeKind = (typeof edgeKinds)[number];

/** The number that an edge of this kind is stored with. */
export function edgeNumber(kind: EdgeKind): number {
  return edgeKinds.indexOf(kind);
}
