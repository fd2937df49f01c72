import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { DONE, MessageSocket } from './message-socket.ts';

const silent = (): Socket => new PassThrough() as unknown as Socket;

async function sent(send: (messages: MessageSocket) => void): Promise<Buffer> {
  const wire = new PassThrough();
  send(new MessageSocket(wire.pause() as unknown as Socket, () => undefined));
  wire.removeAllListeners('data');
  wire.end();
  return Buffer.concat(await wire.toArray());
}

const bytes = (length: number, seed: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, i) => i * seed));

test('messages and payloads come whole, whatever pieces they are sent and received in', async () => {
  const [small, large] = [bytes(5, 3), bytes(40_000, 7)];
  let dones = 0;
  const wire = await sent((messages) => {
    messages.send({ n: 1, big: 5n });
    messages.send({ n: 2 }, small);
    messages.send({ n: 3 }, [large.subarray(0, 1000), Buffer.alloc(0), large.subarray(1000)], () => dones++);
    messages.send({ n: 4, words: new Uint32Array([1, 2]) }, [small, small]);
  });
  expect(dones).toBe(1);
  for (const step of [1, 7, 8, 4096, wire.length]) {
    const got: [unknown, Buffer][] = [];
    const messages = new MessageSocket(silent(), (message, payload) => {
      got.push([message, Buffer.from(payload)]);
    });
    // The buffer that is read into is used again at once.
    const into = Buffer.alloc(step);
    for (let at = 0; at < wire.length; at += step) messages.take(into.subarray(0, wire.copy(into, 0, at, at + step)));
    expect(got).toEqual([
      [{ n: 1, big: 5n }, Buffer.alloc(0)],
      [{ n: 2 }, small],
      [{ n: 3 }, large],
      [{ n: 4, words: new Uint32Array([1, 2]) }, Buffer.concat([small, small])],
    ]);
  }
});

test('only the memory of a payload that is done with takes another one', async () => {
  const sizes = [60_000, 50_000, 20_000, 100_000, 99_000];
  const wire = await sent((messages) => sizes.forEach((size, i) => messages.send(i, bytes(size, i + 1))));
  const kept: Uint8Array[] = [];
  const memories = new Set<ArrayBufferLike>();
  const messages = new MessageSocket(silent(), (message, payload) => {
    expect(Buffer.compare(payload, bytes(payload.length, (message as number) + 1))).toBe(0);
    memories.add(payload.buffer);
    if (message === 1) kept.push(payload);
    return message === 1 ? undefined : DONE;
  });
  messages.take(wire);
  expect(Buffer.compare(kept[0]!, bytes(50_000, 2))).toBe(0);
  // The second takes the first's memory and keeps it.
  expect(memories.size).toBe(3);
});

test('a large message says how much of it the system has not taken yet', async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[receiver]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [
    [Socket],
    unknown,
  ];
  const messages = new MessageSocket(socket, () => undefined);
  expect(messages.queuedBytes).toBe(0);
  const size = 32 << 20;
  const whole = new Promise<void>((done) => messages.send(1, Buffer.alloc(size), done));
  const left = messages.queuedBytes;
  expect(left).toBeGreaterThan(0);
  receiver.resume();
  await whole;
  expect(messages.queuedBytes).toBe(0);
  socket.destroy();
  receiver.destroy();
  server.close();
});
