import { test } from 'vitest';
import { killServerUnderLoad } from './kill-server.ts';

test(
  'killed at random moments under load, the server keeps what it acknowledged, once',
  () => killServerUnderLoad(4),
  60_000,
);
