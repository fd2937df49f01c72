import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Log } from '../../src/base/log.ts';
import { SpooledIntake } from '../../src/ingest/spooled-intake.ts';
import type { IntakeOptions } from '../../src/ingest/spooled-intake.ts';
import { NodeFileSystem } from '../../src/spool/node-file-system.ts';
import { RecordingEngine } from './recording-engine.ts';
import { testFrame, testKind } from './test-kind.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const run of cleanUp.splice(0).toReversed()) await run();
});

const lines: string[] = [];
const log: Log = { info: (m) => lines.push(m), warn: (m) => lines.push(m), error: (m) => lines.push(m) };

function setUp(): IntakeOptions & { engine: RecordingEngine } {
  const folder = mkdtempSync(join(tmpdir(), 'holter-spool-'));
  const fileSystem = new NodeFileSystem();
  cleanUp.push(
    () => rmSync(folder, { recursive: true }),
    () => fileSystem.close(),
  );
  const engine = new RecordingEngine();
  return {
    spoolFolder: join(folder, 'spool'),
    quarantineFolder: join(folder, 'quarantine'),
    fileSystem,
    kinds: [testKind],
    engine,
    sink: engine,
    writer: engine,
    retention: () => ({ logs: 10n ** 18n, spans: 10n ** 18n, metrics: 10n ** 18n }),
    log,
    spool: { segmentBytes: 1 << 20 },
  };
}

test('what was acknowledged reaches the engine once, in order', async () => {
  const options = setUp();
  const intake = await SpooledIntake.start(options);
  const outcomes = await Promise.all(['a\nb', 'c\nbad x', 'old y'].map((text) => intake.accept(testFrame(text))));
  expect(outcomes.map(({ counts }) => counts.stored)).toEqual([2, 1, 0]);
  await intake.flush();
  expect(options.engine.rows.map(({ body }) => body)).toEqual(['a', 'b', 'c']);
  const [row] = intake.ledger();
  expect(row).toMatchObject({ received: 5, stored: 3, quarantined: 1, expired: 1, inSpool: 0 });
  await intake.drain();
});

test('a restart brings what the engine does not have', async () => {
  const options = setUp();
  options.engine.fate = () => 'unavailable';
  const first = await SpooledIntake.start(options);
  await first.accept(testFrame('a\nb', { position: { offset: 7 } }));
  await first.drain(50);
  options.engine.fate = () => 'done';
  const second = await SpooledIntake.start(options);
  await second.accept(testFrame('c'));
  await second.flush();
  expect(options.engine.rows.map(({ body }) => body)).toEqual(['a', 'b', 'c']);
  expect(second.positions().get('test')).toEqual({ offset: 7 });
  expect(second.ledger()[0]).toMatchObject({ received: 3, stored: 3, inSpool: 0 });
  await second.drain();
});
