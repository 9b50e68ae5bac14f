import { defineConfig } from 'vitest/config'

const isCi = Boolean(process.env['CI'])

/**
 * Projects by what a test needs: `unit` nothing, `integration`, `security` and `acceptance` the PostgreSQL that the
 * global setup starts, `scripts` what each file starts itself, `walls` the linter, `console` nothing but Node.
 */
export default defineConfig({
  test: {
    globalSetup: ['backend/test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // On a shared CI machine another try tells a slow moment from a broken product; at home nothing is tried twice.
    retry: isCi ? 2 : 0,
    testTimeout: isCi ? 60_000 : 30_000,
    hookTimeout: isCi ? 180_000 : 60_000,
    // A test's database is dropped under connections of the test that are just being closed; PostgreSQL tells them so.
    onUnhandledError: (error) => (error as { code?: string }).code !== '57P01',
    restoreMocks: true,
    unstubEnvs: true,
    coverage: {
      provider: 'v8',
      include: ['backend/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
    projects: [
      { extends: true, test: { name: 'unit', include: ['backend/src/**/*.unit.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['backend/src/**/*.test.ts', 'backend/test/support/**/*.test.ts'],
          exclude: ['**/*.unit.test.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'security', include: ['backend/test/{isolation,authorization,security}/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { name: 'acceptance', include: ['backend/test/{acceptance,oracle}/**/*.test.ts'] },
      },
      { extends: true, test: { name: 'console', include: ['frontend/src/**/*.test.ts'] } },
      { extends: true, test: { name: 'scripts', include: ['scripts/src/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'walls', include: ['backend/test/walls/*.test.ts'], testTimeout: 120_000 },
      },
      {
        // One product and one browser for all of them, which its own set-up starts.
        test: {
          name: 'journeys',
          include: ['frontend/e2e/**/*.test.ts'],
          globalSetup: ['frontend/e2e/set-up.ts'],
          fileParallelism: false,
          // After everything else: what is promised within seconds is measured while nothing else computes.
          sequence: { groupOrder: 1 },
          retry: isCi ? 1 : 0,
          testTimeout: isCi ? 120_000 : 60_000,
          hookTimeout: isCi ? 120_000 : 60_000,
        },
      },
    ],
  },
})
