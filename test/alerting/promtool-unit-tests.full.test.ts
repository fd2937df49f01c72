// promtool's own files of unit tests of rules, run by promtool 3.15 and by us: the same ones pass.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { need, needThat } from '../support/need.ts';

const HOLTER = resolve(import.meta.dirname, '../../bin/holter.js');
const FOLDER = 'github.com/prometheus/prometheus@v0.315.0/cmd/promtool/testdata';
/** Those that have no native histograms (unittest.yml has some). */
const files = [
  'at-modifier-test.yml',
  'bad-input-series.yml',
  'bad-promql.yml',
  'bad-rules-error-test.yml',
  'bad-rules-syntax-test.yml',
  'failing.yml',
  'long-period.yml',
  'negative-offset-test.yml',
  'no-test-group-interval.yml',
  'rules_run_fuzzy.yml',
  'rules_run_no_fuzzy.yml',
  'start-time-test.yml',
];

test('the same files pass and fail', { timeout: 300_000 }, (context) => {
  const promtool = need(context, 'promtool');
  const folder = join(process.env['GOMODCACHE'] ?? join(homedir(), 'go/pkg/mod'), FOLDER);
  needThat(context, 'promtool', existsSync(folder), 'the sources that it was built from are not there any more');
  const passed = files.map((file) => {
    const path = join(folder, file);
    const theirs = spawnSync(promtool, ['test', 'rules', path]).status;
    const ours = spawnSync(process.execPath, [HOLTER, 'test', 'rules', path]).status;
    return [file, theirs, ours] as const;
  });
  expect(passed.filter(([, theirs, ours]) => (theirs === 0) !== (ours === 0))).toEqual([]);
  expect(passed.filter(([, theirs]) => theirs === 0).length).toBeGreaterThan(3);
});
