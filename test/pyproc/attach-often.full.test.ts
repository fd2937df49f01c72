import { test } from 'vitest';
import { attachOften } from '../support/attach-often.ts';

test('ten thousand attaches leak no descriptor', { timeout: 300_000 }, (context) => attachOften(context, 10_000));
