import { test } from 'vitest';
import { killServerUnderLoad } from './kill-server.ts';

test('killed at random moments under load, the server keeps what it acknowledged, once', { retry: 0 }, () =>
  killServerUnderLoad(4),
);
