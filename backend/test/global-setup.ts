import type { TestProject } from 'vitest/node'

const needDatabase = new Set(['integration', 'security', 'acceptance'])

/** Starts the shared PostgreSQL once for all projects, and not at all when none of the chosen ones needs it. */
export default async function setup(root: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!root.vitest.projects.some((project) => needDatabase.has(project.name))) return undefined
  const { default: startDatabase } = await import('./support/global-setup.ts')
  return startDatabase(root)
}
