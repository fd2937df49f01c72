import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    env: { TZ: 'UTC' },
    // Against hangs alone: tests must hold on a slow machine that has other work.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { interval: 50, timeout: 60_000 } },
    pool: 'forks',
  },
});
