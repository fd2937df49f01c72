// What each kind of wait is called on the other versions.
import { test } from 'vitest';
import { allInterpreters, localInterpreters } from '../support/interpreters.ts';
import { expectWaits } from '../support/named-waits.ts';

const others = allInterpreters.filter(
  (interpreter) => !localInterpreters.includes(interpreter) && !interpreter.isUnstable,
);

test.for(others)('every kind of wait on $name', (interpreter, context) => expectWaits(context, interpreter));
