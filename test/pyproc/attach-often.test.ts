import { test } from 'vitest';
import { attachOften } from '../support/attach-often.ts';

test('a thousand attaches leak no descriptor', (context) => attachOften(context, 1000));
