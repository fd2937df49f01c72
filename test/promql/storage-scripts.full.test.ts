// Prometheus' own scripts, all that its source carries, on the real storage: from the tables alone, and through the hot head.
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, type TestContext } from 'vitest';
import type { Labels } from '../../src/model/labels.ts';
import { TelemetryBlock } from '../../src/model/telemetry-block.ts';
import type { MemorySample } from '../../src/query/promql/memory-series-source.ts';
import { runScript, type ScriptStore } from '../../src/query/promql/promqltest/run-script.ts';
import type { SelectedSeries, SeriesSource } from '../../src/query/promql/series-source.ts';
import { NativeBlockWriter } from '../../src/storage/clickhouse/block-files.ts';
import { EngineSeriesSource } from '../../src/store/engine-series-source.ts';
import { HeadSeriesSource } from '../../src/store/head/head-series-source.ts';
import { HotHead } from '../../src/store/head/hot-head.ts';
import { takeBlock } from '../../src/store/head/take-block.ts';
import { pushSeries } from '../store/make-series.ts';
import { openTestEngine, type TestEngine } from '../store/open-engine.ts';
import { need, needShared } from '../support/need.ts';

/** Cases that ask when counters began, which is not stored. The list may only shrink. */
const needStarts = [8, 13, 18, 24, 42, 66, 74, 82, 144, 169, 189, 276, 284, 289].map(
  (line) => `start_timestamps.test:${line}`,
);
const MAX_SAMPLES = 10_000_000;

/** Tables that are emptied between cases; what is loaded is inserted before the next read. */
class StorageScriptStore implements ScriptStore {
  readonly #engine: TestEngine;
  readonly #withHead: boolean;
  /** A token is taken once, also that of a try before. */
  readonly #name = randomUUID();
  #block = new TelemetryBlock();
  #head!: HotHead;
  #blocks = 0;
  /** A case is evaluated in several ways that read the same: once is enough. */
  readonly #answers = new Map<string, Promise<readonly SelectedSeries[]>>();

  constructor(engine: TestEngine, withHead: boolean) {
    this.#engine = engine;
    this.#withHead = withHead;
    this.#newHead();
  }

  #newHead(): void {
    this.#head = new HotHead(100_000);
    this.#head.indexed(-Infinity);
    this.#head.loaded(-Infinity);
  }

  append(labels: Labels, samples: readonly MemorySample[]): void {
    // The later of two samples at one time counts in a script: it never has two.
    pushSeries(this.#block, labels, samples);
    this.#answers.clear();
  }

  async clear(): Promise<void> {
    this.#block.clear();
    this.#answers.clear();
    for (const table of ['samples', 'series'])
      await this.#engine.engine.driver.command(`TRUNCATE TABLE holter.${table}`);
    this.#newHead();
  }

  async select(
    ...[matchers, fromMs, toMs, hints, signal]: Parameters<SeriesSource['select']>
  ): ReturnType<EngineSeriesSource['select']> {
    const { engine, folder } = this.#engine;
    if (this.#block.samples.rows > 0) {
      const token = `${this.#name}-${++this.#blocks}`;
      const files = await new NativeBlockWriter().write(this.#block, folder, token);
      this.#block.clear();
      await takeBlock(this.#head, engine, token, files);
      if (!this.#withHead) await engine.insert(token, files);
    }
    const tables = new EngineSeriesSource(engine, { milliseconds: 60_000, samples: MAX_SAMPLES });
    if (this.#withHead) {
      const source: SeriesSource = new HeadSeriesSource(this.#head, tables, MAX_SAMPLES);
      return source.select(matchers, fromMs, toMs, hints, signal);
    }
    const key = `${matchers.join()} ${fromMs} ${toMs}`;
    const answer = this.#answers.get(key) ?? tables.select(matchers, fromMs, toMs, hints, signal);
    this.#answers.set(key, answer);
    return answer;
  }
}

let storage: TestEngine;
beforeAll(async () => {
  storage = await openTestEngine();
});

async function runAll(context: TestContext, withHead: boolean): Promise<void> {
  const source = join(need(context, 'prometheus-source'), 'promql/promqltest/testdata');
  const folders = [source, needShared(context, 'suites/promqltest')];
  // A script that both have is read from the latter.
  const scripts = new Map(folders.flatMap((folder) => readdirSync(folder).map((file) => [file, join(folder, file)])));
  const store = new StorageScriptStore(storage, withHead);
  const failed: string[] = [];
  let passed = 0;
  for (const [file, path] of scripts) {
    if (!file.endsWith('.test')) continue;
    for (const { line, query, problem, isNative } of await runScript(readFileSync(path, 'utf8'), store)) {
      if (isNative) continue;
      const place = `${file}:${line}`;
      if (needStarts.includes(place)) {
        if (problem === undefined) failed.push(`${place} passes: it is to be taken from the list`);
      } else if (problem === undefined) passed++;
      else failed.push(`${place}: ${query}: ${problem}`);
    }
  }
  console.log(`${passed} cases without native histograms pass, ${failed.length} fail`);
  expect(failed).toEqual([]);
  expect(passed).toBeGreaterThan(1200);
}

test('every case passes through the hot head', { timeout: 600_000 }, (context) => runAll(context, true));
test('every case passes from the tables', { timeout: 1_200_000 }, (context) => runAll(context, false));
