import { expect, test } from 'vitest';
import { compareLineTables } from '../../../test/support/line-table-oracle.ts';
import { needPython, supportedVersions } from '../../../test/support/python-target.ts';

test.for(supportedVersions)(
  'the whole standard library of Python %s',
  { timeout: 300_000 },
  async (version, context) => {
    const python = needPython(context, version);
    const { codes, differences } = await compareLineTables(python, Number(version.split('.')[1]), 1);
    expect(differences).toEqual([]);
    expect(codes).toBeGreaterThan(30_000);
  },
);
