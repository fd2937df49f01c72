import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { readStdin } from '../stdin/stdin.ts';
import { MemoryIntake, until } from '../tail/tail.case.ts';
import { TcpLines, type TcpLinesOptions } from './tcp-lines.ts';

let listener: TcpLines | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener?.stop();
});

async function listen(intake: MemoryIntake, options: Partial<TcpLinesOptions> = {}): Promise<() => Promise<Socket>> {
  listener = new TcpLines({ intake, host: '127.0.0.1', port: 0, joinWait: 20, ...options });
  const port = await listener.start();
  return async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  };
}

test('records of several connections come whole, in pieces or many at once, the last one without its end', async () => {
  const intake = new MemoryIntake();
  const dial = await listen(intake);
  const [one, two] = [await dial(), await dial()];
  const text = Buffer.from('{"n":"用户"}\n');
  one.write(text.subarray(0, 8));
  two.write('{"n":1}\r\n{"n":2}\n{"n":');
  await until(() => intake.records.length === 2, 'the whole ones came');
  one.write(text.subarray(8));
  two.end('3}');
  await until(() => intake.records.length === 4, 'the rest came');
  expect(intake.records.toSorted()).toEqual(['{"n":"用户"}', '{"n":1}', '{"n":2}', '{"n":3}']);
  expect(intake.frames[0]).toMatchObject({
    meta: { stream: { listener: 'tcp', peer: '127.0.0.1' }, host: '127.0.0.1' },
  });
});

test('a traceback in text is one record, sent when nothing more comes', async () => {
  const intake = new MemoryIntake();
  const dial = await listen(intake);
  const record = 'ERROR:app:no\nTraceback (most recent call last):\n  File "a.py", line 1, in f\nE: x';
  (await dial()).write(`${record}\n`);
  await until(() => intake.records.length === 1, 'it came');
  expect(intake.records).toEqual([record]);
});

test('a full intake makes the sender wait and loses nothing', async () => {
  const intake = new MemoryIntake();
  intake.full = 5;
  const dial = await listen(intake);
  const socket = await dial();
  for (let n = 0; n < 2000; n++) socket.write(`{"n":${n},"text":"${'x'.repeat(500)}"}\n`);
  socket.end();
  await until(() => intake.records.length === 2000, 'all came');
});

test('a line without end is cut', async () => {
  const intake = new MemoryIntake();
  const dial = await listen(intake);
  const socket = await dial();
  for (let i = 0; i < 40; i++) socket.write(Buffer.alloc(100_000, 'x'));
  socket.end('\n{"n":1}\n');
  await until(() => intake.records.length === 2, 'both came');
  expect(intake.records.map((record) => record.length)).toEqual([1 << 20, 7]);
  await until(() => listener?.statistics.cutLines === 1, 'the cut is counted');
  expect(listener?.statistics.cutBytes).toBe(4_000_000 - (1 << 20));
});

test('connections are bounded in number', async () => {
  const dial = await listen(new MemoryIntake(), { maxConnections: 2 });
  await dial();
  await dial();
  await until(() => listener?.statistics.connections === 2, 'both are there');
  const third = await dial();
  await new Promise((resolve) => third.once('close', resolve));
  expect(listener?.statistics).toMatchObject({ connections: 2, turnedAway: 1 });
});

test('connections are bounded in time', async () => {
  const errors: string[] = [];
  const dial = await listen(new MemoryIntake(), {
    idleTimeout: 150,
    report: (_peer, { message }) => errors.push(message),
  });
  const untilClosed = async (): Promise<void> => {
    const socket = await dial();
    await new Promise((resolve) => socket.once('close', resolve));
  };
  await Promise.all([untilClosed(), untilClosed()]);
  await until(() => listener?.statistics.connections === 0, 'the idle ones were closed');
  expect(errors).toEqual(['idle for too long', 'idle for too long']);
});

test('standard input is read to its end', async () => {
  const intake = new MemoryIntake();
  const stream = new PassThrough();
  const done = readStdin({ intake, stream, service: 'shop', signal: new AbortController().signal });
  stream.write('{"n":1}\nINFO:a:b\n  mo');
  stream.end('re');
  await done;
  expect(intake.records).toEqual(['{"n":1}', 'INFO:a:b\n  more']);
  expect(intake.frames[0]).toMatchObject({ source: 'stdin', meta: { service: 'shop' } });
});
