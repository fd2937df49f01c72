import { test } from 'vitest';
import { killServerUnderLoad } from './kill-server.ts';

test('the same with twenty kills', () => killServerUnderLoad(20), 400_000);
