import { expect, test } from 'vitest';
import { compareLineTables } from '../../../test/support/line-table-oracle.ts';
import { needPython, supportedVersions } from '../../../test/support/python-target.ts';
import { decodeLineTable, lineAt } from './line-table.ts';

test.for(supportedVersions)('a sample of the standard library of Python %s', async (version, context) => {
  const python = needPython(context, version);
  const { codes, differences } = await compareLineTables(python, Number(version.split('.')[1]), 29);
  expect(differences).toEqual([]);
  expect(codes).toBeGreaterThan(400);
});

test('an offset before the table, or an empty table, has no line', () => {
  const empty = decodeLineTable('locations', new Uint8Array(0), 7);
  expect(lineAt(empty, 0)).toBe(0);
  expect(lineAt(decodeLineTable('lnotab', new Uint8Array(0), 7), 100)).toBe(7);
});
