import { test } from 'vitest';
import { expectCoreWithoutFiles } from '../support/core-without-files.ts';
import { supportedVersions } from '../support/python-target.ts';

test.for(supportedVersions)('the interpreter’s files of Python %s are gone', (version, context) =>
  expectCoreWithoutFiles(context, version),
);
