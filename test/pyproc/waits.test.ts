// What each kind of wait is called: one thread for each, in test/targets/waits.py.
import { test } from 'vitest';
import { localInterpreters } from '../support/interpreters.ts';
import { expectWaits } from '../support/named-waits.ts';

test.for(localInterpreters)('every kind of wait on $name', (interpreter, context) => expectWaits(context, interpreter));
