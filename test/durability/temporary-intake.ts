// An intake on the real file system in a folder of its own, with a recording engine behind it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { SpooledIntake } from '../../src/ingest/spooled-intake.ts';
import type { IntakeOptions } from '../../src/ingest/spooled-intake.ts';
import type { FileSystem } from '../../src/spool/file-system.ts';
import { NodeFileSystem } from '../../src/spool/node-file-system.ts';
import { RecordingEngine } from './recording-engine.ts';
import { testKind } from './test-kind.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const run of cleanUp.splice(0).toReversed()) await run();
});

export interface TemporaryIntake {
  readonly folder: string;
  readonly spoolFolder: string;
  readonly engine: RecordingEngine;
  /** What the intake said to the operator. */
  readonly messages: string[];
  /** Runs what a timer would. */
  readonly tick: () => void;
  readonly start: (more?: Partial<IntakeOptions>) => Promise<SpooledIntake>;
}

/** A folder that is gone after the test; `start` may be called again once the intake before was drained. */
export function temporaryIntake(
  folder: string = mkdtempSync(join(tmpdir(), 'holter-intake-')),
  fileSystem?: FileSystem,
): TemporaryIntake {
  const real = new NodeFileSystem();
  cleanUp.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => real.close(),
  );
  const engine = new RecordingEngine();
  const messages: string[] = [];
  const add = (message: string): void => void messages.push(message);
  const spoolFolder = join(folder, 'spool');
  let run: () => void = () => undefined;
  return {
    folder,
    spoolFolder,
    engine,
    messages,
    tick: () => run(),
    async start(more = {}) {
      const intake = await SpooledIntake.start({
        spoolFolder,
        quarantineFolder: join(folder, 'quarantine'),
        fileSystem: fileSystem ?? real,
        kinds: [testKind],
        sink: engine,
        writer: engine,
        retention: () => ({ logs: 10n ** 18n, spans: 10n ** 18n, metrics: 10n ** 18n }),
        log: { info: add, warn: add, error: add },
        every: (_, tick) => {
          run = tick;
          return () => undefined;
        },
        spool: { segmentBytes: 1 << 20, freeSpaceFloor: 0, fullForMillis: 0 },
        ...more,
      });
      // One on a file system that crashed never ends.
      cleanUp.push(() => Promise.race([intake.drain(20).catch(() => undefined), sleep(500)]));
      return intake;
    },
  };
}

/** Texts of the rows that the engine has. */
export function bodiesOf(engine: RecordingEngine): string[] {
  return engine.rows.map(({ body }) => body);
}
