import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needShared } from '../../../../test/support/need.ts';
import { MemorySeriesSource } from '../memory-series-source.ts';
import { exceptions } from './exceptions.ts';
import { runScript } from './run-script.ts';

test('every case of Prometheus’ own scripts without native histograms passes', async (context) => {
  const folder = needShared(context, 'suites/promqltest');
  const failed: string[] = [];
  let floats = 0;
  for (const file of readdirSync(folder).toSorted()) {
    const results = await runScript(readFileSync(join(folder, file), 'utf8'), new MemorySeriesSource());
    for (const { line, query, problem, isNative } of results) {
      if (isNative) continue;
      floats++;
      if (problem !== undefined) failed.push(`${file}:${line}: ${query}: ${problem}`);
    }
  }
  const unexpected = failed.filter((text) => !exceptions.some(({ place }) => text.startsWith(`${place}:`)));
  expect(unexpected).toEqual([]);
  // The list may only shrink: an exception that passes must go.
  expect(failed.length).toBe(exceptions.length);
  expect(exceptions.length).toBeLessThanOrEqual(floats * 0.02);
  expect(floats).toBeGreaterThan(900);
});
