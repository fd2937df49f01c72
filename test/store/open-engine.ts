// The embedded engine on a fresh folder, for tests of one file: a process has one engine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import { NativeBlockWriter } from '../../src/storage/clickhouse/block-files.ts';
import { openEmbeddedDriver } from '../../src/storage/clickhouse/driver/embedded-driver.ts';
import { openEngine, type Engine } from '../../src/storage/clickhouse/engine.ts';

const folders: string[] = [];
const engines: Engine[] = [];

afterAll(async () => {
  for (const engine of engines) await engine.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the file's tests. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holter-test-'));
  folders.push(folder);
  return folder;
}

export interface TestEngine {
  readonly engine: Engine;
  readonly folder: string;
  /** Stores the block under a token of its own. */
  store(block: TelemetryBlock): Promise<void>;
}

export async function openTestEngine(options: { withoutTextIndex?: boolean } = {}): Promise<TestEngine> {
  const folder = makeFolder();
  const engine = await openEngine(await openEmbeddedDriver({ folder, ...options }));
  engines.push(engine);
  let blocks = 0;
  return {
    engine,
    folder,
    store: async (block) => {
      const name = `block-${++blocks}`;
      await engine.insert(name, await new NativeBlockWriter().write(block, folder, name));
    },
  };
}
