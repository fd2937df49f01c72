import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { needShared } from '../support/need.ts';

const HOLTER = resolve(import.meta.dirname, '../../bin/holter.js');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holter-check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(...files: string[]): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [HOLTER, 'check', ...files], { encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

test('files of every kind are told by their content', (context) => {
  const files = ['prometheus.yml', 'logstash.conf'].map((name) => needShared(context, `seeds/${name}`));
  const { code, output } = check(...files);
  // The rules that it names are looked at, too.
  expect([code, output]).toEqual([1, expect.stringContaining('prometheus.yml: nothing found')]);
  expect(output).toContain('alerts.yml:8:15: warning: HighErrorRate');
  expect(output).toContain('logstash.conf: logstash, not checked further');
});

test('what is wrong is said with its place', () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const rules = write('rules.yml', 'groups:\n- name: a\n  rules:\n  - alert: X\n    expr: rate(x[5m]\n');
  expect(check(rules)).toEqual({
    code: 1,
    output: expect.stringMatching(/rules\.yml:5:\d+: error: /) as string,
  });
  const settings = write('holter.yml', 'retention: { logs: never }\n');
  expect(check(settings)).toMatchObject({
    code: 1,
    output: expect.stringContaining('holter.yml:1:14: error: retention.logs') as string,
  });
  const scrape = write('prometheus.yml', 'scrape_configs:\n- job_name: y\n  scrape_interval: soon\n');
  expect(check(scrape)).toMatchObject({ code: 1, output: expect.stringContaining('prometheus.yml:3:20:') as string });
  expect(check(write('other.txt', 'hello')).code).toBe(1);
  expect(check(join(folder, 'nowhere')).code).toBe(3);
  expect(check().code).toBe(2);
});
