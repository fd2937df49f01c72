// Which rule files can be used: promtool 3.15 and we agree on every one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileRuleFile } from '../../src/alerting/rule/compile-rule-file.ts';
import { parseRuleFile } from '../../src/config/rules/parse-rule-file.ts';
import { stockOptions } from '../../src/query/promql/options.ts';
import { need } from '../support/need.ts';
import { ruleFiles } from './rule-files.ts';

function problemsOf(text: string): string[] {
  const parsed = parseRuleFile(text);
  const compiled = parsed.ok ? compileRuleFile(parsed.value, stockOptions) : parsed;
  return compiled.ok ? [] : compiled.error.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

test('promtool check rules and we accept and refuse the same files', { timeout: 300_000 }, (context) => {
  const promtool = need(context, 'promtool');
  const folder = mkdtempSync(join(tmpdir(), 'holter-promtool-'));
  const differences: string[] = [];
  let [good, bad] = [0, 0];
  try {
    const path = join(folder, 'rules.yml');
    for (const [name, text] of Object.entries(ruleFiles)) {
      writeFileSync(path, text);
      const { status, stdout, stderr } = spawnSync(promtool, ['check', 'rules', path], { encoding: 'utf8' });
      const problems = problemsOf(text);
      if (status === 0) good++;
      else bad++;
      if ((status === 0) === (problems.length === 0)) continue;
      differences.push(`${name}: promtool ${status} ${stdout + stderr}, we ${problems.join('; ') || 'nothing'}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`${good} files are good, ${bad} are not`);
  expect(differences).toEqual([]);
  expect(Math.min(good, bad)).toBeGreaterThan(25);
});
