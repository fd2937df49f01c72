import { test } from 'vitest';
import { killServerUnderLoad } from './kill-server.ts';

test('the same with twenty kills', { timeout: 900_000, retry: 0 }, () => killServerUnderLoad(20));
