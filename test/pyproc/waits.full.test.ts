// What each kind of wait is called on the other versions.
import { test } from 'vitest';
import { expectWaits } from '../support/named-waits.ts';

test.for(['3.9', '3.10', '3.12'])('every kind of wait on Python %s', (version, context) =>
  expectWaits(context, version),
);
