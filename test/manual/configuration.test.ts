import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { definitions, settingNames } from '../../src/config/settings.ts';

const ROW = /^\| `([a-z_.]+)` \| `--([a-z-]+)(?: ([A-Z:]+))?` \| `([^`]+)` \|/gm;

test('docs/manual/configuration.md has every setting with its flag and default, and no other', () => {
  const manual = readFileSync(resolve(import.meta.dirname, '../../docs/manual/configuration.md'), 'utf8');
  const rows = [...manual.matchAll(ROW)].map(([, path, flag, operand = '', initial]) => ({
    path,
    flag,
    operand,
    initial,
  }));
  const settings = settingNames.map((name) => {
    const { path, flag, operand, initial, format } = definitions[name] as (typeof definitions)['spoolBudget'];
    const shown: unknown = format === undefined ? initial : format(initial);
    return { path, flag, operand, initial: typeof shown === 'string' ? shown : JSON.stringify(shown) };
  });
  expect(rows).toEqual(settings);
});
