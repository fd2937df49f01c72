import { test } from 'vitest';
import { attachOften } from '../support/attach-often.ts';

test('a thousand attaches leak no descriptor', { timeout: 60_000 }, (context) => attachOften(context, 1000));
