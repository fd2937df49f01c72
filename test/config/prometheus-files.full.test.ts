// The configurations and rule files, good and bad, that Prometheus' own tests read: `holter check` finds an error where promtool does.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runHolter } from '../support/run-holter.ts';
import { need } from '../support/need.ts';

const AT_ONCE = 20;

/** Why we and promtool may differ over a file, by what is said of it. */
const explained: readonly (readonly [what: RegExp, why: string])[] = [
  [/targets of \w+ discovery/, 'other kinds of discovery are refused by name'],
  [/remote.(?:write|read)/, 'samples are not sent to other systems and not read from them: the section is not used'],
  [/OTLP|OTel|resource_attributes/, 'nor is otlp'],
  [/tracing|custom authorization header|compression type/, 'nor is tracing'],
  [/storage\.tsdb|not a valid duration string: "-1h"/, 'nor is storage'],
  [/authorization header must be changed/, 'of remote write'],
  [/!!binary|"\\xff" is not a valid/, 'in YAML 1.2 "\\xff" is the letter ÿ, not a byte'],
];

/** Paths of files with an error, with its text, as `holter check` tells them. */
async function ownErrors(files: readonly string[]): Promise<Map<string, string>> {
  const errors = new Map<string, string>();
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const { stdout } = await runHolter('check', ...files.slice(at, at + AT_ONCE));
    for (const line of stdout.split('\n')) {
      const found = /^(.+?):\d+:\d+: error: (.*)$/.exec(line);
      if (found !== null) errors.set(found[1]!, `${errors.get(found[1]!) ?? ''}${found[2]}\n`);
    }
  }
  return errors;
}

test.for([
  ['config', ['config/testdata'], ['check', 'config', '--syntax-only'], 180],
  ['rules', ['rules/fixtures', 'model/rulefmt/testdata'], ['check', 'rules', '--lint=none'], 25],
] as const)('%s files', async ([, folders, words, atLeast], context) => {
  const [promtool, source] = [need(context, 'promtool'), need(context, 'prometheus-source')];
  const files = folders
    .flatMap((folder) => readdirSync(join(source, folder)).map((file) => join(source, folder, file)))
    .filter((file) => /\.ya?ml$/.test(file));
  const own = await ownErrors(files);
  const differences: string[] = [];
  for (const file of files) {
    const { status, stdout, stderr } = spawnSync(promtool, [...words, file], { encoding: 'utf8' });
    const said = own.get(file);
    if ((status === 0) === (said === undefined)) continue;
    const reason = said ?? `${stdout}${stderr}`;
    if (!explained.some(([what]) => what.test(reason))) differences.push(`${file}: ${reason}`);
  }
  expect(differences).toEqual([]);
  expect(files.length).toBeGreaterThan(atLeast);
});
