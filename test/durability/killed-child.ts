// A small server and its client in one process, killed from inside at a chosen point: the real spool and intake on the real file
// system, and a store that keeps its blocks in a file. Usage: killed-child.ts FOLDER FRAMES [POINT:COUNT] [away]
// The client sends frames 0 … FRAMES−1, each until it is acknowledged, and remembers acknowledgements in a file, over kills.
import { appendFileSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../src/base/coded-error.ts';
import { SpooledIntake } from '../../src/ingest/spooled-intake.ts';
import type { FileSystem, SpoolFile } from '../../src/spool/file-system.ts';
import { lockFolder } from '../../src/spool/folder-lock.ts';
import { NodeFileSystem } from '../../src/spool/node-file-system.ts';
import type { BlockSink } from '../../src/storage/ports/block-sink.ts';
import type { BlockWriter } from '../../src/storage/ports/block-writer.ts';
import { testFrame, testKind } from './test-kind.ts';

const [folder = '', frameCount = '0', point = '', away = ''] = process.argv.slice(2);
const [pointName, pointCount = '1'] = point.split(':');
const CONCURRENT = 4;
let passed = 0;

/** Ends this process, as `kill -9` does, when it comes here for the chosen time. */
function pass(name: string): void {
  if (name === pointName && ++passed === Number(pointCount)) process.kill(process.pid, 'SIGKILL');
}

/** The real file system with points to die at. */
class DeadlyFileSystem implements FileSystem {
  readonly #real = new NodeFileSystem();

  createFolder(path: string): Promise<void> {
    return this.#real.createFolder(path);
  }

  list(path: string): Promise<readonly string[]> {
    return this.#real.list(path);
  }

  async open(path: string): Promise<SpoolFile> {
    const file = await this.#real.open(path);
    const descriptor = openSync(path, 'r+');
    return {
      async commit(chunks, position): Promise<void> {
        pass('before write');
        const bytes = Buffer.concat(chunks);
        if (pointName === 'inside write') writeSync(descriptor, bytes, 0, bytes.length >> 1, position);
        pass('inside write');
        if (pointName === 'before sync') writeSync(descriptor, bytes, 0, bytes.length, position);
        pass('before sync');
        await file.commit(chunks, position);
        pass('after sync');
      },
      async read(into, position): Promise<number> {
        pass('before read');
        return file.read(into, position);
      },
      close: () => file.close(),
    };
  }

  async allocate(path: string, size: number): Promise<void> {
    pass('before allocate');
    await this.#real.allocate(path, size);
    pass('after allocate');
  }

  async remove(path: string): Promise<void> {
    pass('before delete');
    await this.#real.remove(path);
    pass('after delete');
  }

  async rename(from: string, to: string): Promise<void> {
    pass('before rename');
    await this.#real.rename(from, to);
    pass('after rename');
  }

  async syncFolder(path: string): Promise<void> {
    pass('before folder sync');
    await this.#real.syncFolder(path);
    pass('after folder sync');
  }

  size(path: string): Promise<number> {
    return this.#real.size(path);
  }

  writeFile(path: string, bytes: Uint8Array): Promise<void> {
    return this.#real.writeFile(path, bytes);
  }

  freeBytes(path: string): Promise<number> {
    return this.#real.freeBytes(path);
  }
}

/** Appends every block to a file, one line each; who reads it takes a token once. */
const store: BlockSink & BlockWriter = {
  async write(block, blocks, name) {
    const { logs } = block;
    const rows = Array.from({ length: logs.rows }, (_, row) => logs.body.get(row));
    const path = join(blocks, name);
    writeFileSync(path, JSON.stringify(rows));
    pass('after block file');
    return rows.length === 0 ? [] : [{ table: 'logs', path, rows: rows.length, bytes: 0 }];
  },
  async insert(token, files) {
    if (away === 'away') throw new CodedError('STORE_UNAVAILABLE', 503, 'the store is away');
    pass('before insert');
    const rows = files.flatMap(({ path }) => JSON.parse(readFileSync(path, 'utf8')) as string[]);
    appendFileSync(join(folder, 'store.jsonl'), `${JSON.stringify({ token, rows })}\n`);
    pass('after insert');
    return { kind: 'stored' };
  },
};

await lockFolder(join(folder, 'data'));
const intake = await SpooledIntake.start({
  spoolFolder: join(folder, 'data', 'spool'),
  quarantineFolder: join(folder, 'data', 'quarantine'),
  fileSystem: new DeadlyFileSystem(),
  kinds: [testKind],
  sink: store,
  writer: store,
  retention: () => ({ logs: 10n ** 18n, spans: 10n ** 18n, metrics: 10n ** 18n }),
  log: { info: console.error, warn: console.error, error: console.error },
  spool: { segmentBytes: 32 << 10, freeSpaceFloor: 0 },
  block: { maxRows: 30 },
});

const acknowledgements = join(folder, 'acknowledged');
const known = existsSync(acknowledgements) ? readFileSync(acknowledgements, 'utf8').split('\n') : [];
const acknowledged = new Set(known.filter((line) => line !== '').map(Number));
let next = 0;

async function send(): Promise<void> {
  while (next < Number(frameCount)) {
    const frame = next++;
    if (acknowledged.has(frame)) continue;
    const rows = Array.from({ length: 5 }, (_, row) => `${frame}.${row} ${'x'.repeat(300)}`);
    await intake.accept(testFrame(rows.join('\n'), { deduplicate: true, position: { frame } }));
    pass('before acknowledgement');
    appendFileSync(acknowledgements, `${frame}\n`);
    pass('after acknowledgement');
  }
}

await Promise.all(Array.from({ length: CONCURRENT }, send));
if (away === 'away') {
  await intake.drain(100);
} else {
  await intake.flush();
  await intake.drain();
}
console.log(JSON.stringify(intake.ledger()[0]));
process.exit(0);
