import { defineConfig } from 'vitest/config'

/** The contract suite against a real LiteLLM proxy; a separate file, so that `npm test` never needs one. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['src/contract/**/*.contract.ts'],
    pool: 'forks',
    maxWorkers: 1,
    retry: 0,
    testTimeout: 60_000,
  },
})
