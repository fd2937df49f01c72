import { expect, test } from 'vitest';
import { parseUnixSockets } from './unix-peers.ts';

test('lines of ss: named, unnamed and nobody’s sockets', () => {
  const text = [
    'u_str ESTAB 0      0      * 100 * 101 users:(("python",pid=7,fd=3))     ',
    'u_str ESTAB 0      0      /run/a b.sock 101 * 100 users:(("postgres",pid=8,fd=9),("postgres",pid=8,fd=10),("x y",pid=9,fd=1))',
    'u_dgr UNCONN 0      0      /run/log 55 * 0',
    'nonsense',
  ].join('\n');
  expect([...parseUnixSockets(text)]).toEqual([
    ['100', { peer: '101', pids: [7] }],
    ['101', { peer: '100', pids: [8, 9] }],
    ['55', { peer: '0', pids: [] }],
  ]);
});
