import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const TABLE_ENTRY = /^ {2}([A-Z][A-Z0-9_]{3,}): \{\s*status: (\d{3})/gm;
const MADE_ALONE = /new CodedError\(\s*'([A-Z][A-Z0-9_]+)',\s*(\d{3})/g;
const MANUAL_ROW = /^\| `([A-Z0-9_]+)` \| (\d{3}|–) \|/gm;
/** Errors of a start are never answered over HTTP; their status has no meaning. */
const NO_STATUS = '–';

const ATTACH_CODE = /^ {2}\| '([A-Z_]+)'/gm;

/** code → status, of every coded error in the sources. */
function readErrors(): Map<string, string> {
  const errors = new Map<string, string>();
  for (const file of globSync('src/**/*.ts', { cwd: root })) {
    if (/\.(test|case)\.ts$/.test(file)) continue;
    const text = readFileSync(join(root, file), 'utf8');
    for (const pattern of [TABLE_ENTRY, MADE_ALONE])
      for (const [, code = '', status = ''] of text.matchAll(pattern)) errors.set(code, status);
  }
  // Errors of looking into processes are never answered over HTTP.
  const attach = readFileSync(join(root, 'src/pyproc/attach-error.ts'), 'utf8');
  for (const [, code = ''] of attach.matchAll(ATTACH_CODE)) errors.set(code, NO_STATUS);
  return errors;
}

test('docs/manual/errors.md explains every error that there is, with its status, and no other', () => {
  const errors = readErrors();
  expect(errors.size).toBeGreaterThan(30);
  const manual = readFileSync(join(root, 'docs/manual/errors.md'), 'utf8');
  const rows = [...manual.matchAll(MANUAL_ROW)].map(([, code = '', status = '']) => [code, status] as const);
  expect(rows.map(([code]) => code).filter((code, at, all) => all.indexOf(code) !== at)).toEqual([]);
  expect(rows.map(([code]) => code).toSorted()).toEqual([...errors.keys()].toSorted());
  for (const [code, status] of rows)
    if (status !== NO_STATUS) expect(`${code} ${status}`).toBe(`${code} ${errors.get(code)}`);
});
