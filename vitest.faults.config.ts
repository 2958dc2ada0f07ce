import { defineConfig } from 'vitest/config';

/** `npm run test:faults`: what takes minutes or Debian's programs. One file at a time, since several measure. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/world/postgres-setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 1,
    fileParallelism: false,
  },
});
