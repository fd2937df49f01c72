// What each kind of wait is called: one thread for each, in test/targets/waits.py.
import { test } from 'vitest';
import { expectWaits } from '../support/named-waits.ts';

test.for(['3.8', '3.11', '3.13'])('every kind of wait on Python %s', (version, context) =>
  expectWaits(context, version),
);
