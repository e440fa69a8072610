import { defineConfig } from 'vitest/config';

/**
 * Three projects: `unit` and `architecture` need nothing but this checkout; `server` needs a kube-apiserver and etcd,
 * which `npm run test:cluster` provides; scenarios on the whole cluster have a runner of their own (test/cluster).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/architecture/**', 'test/cluster/**', 'test/**/*.server.test.ts'],
          // Real sockets on a machine that is busy with something else: five seconds are soon gone.
          testTimeout: 30_000,
        },
      },
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'server',
          include: ['test/**/*.server.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
