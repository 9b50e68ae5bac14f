import { supplyBuiltConsole } from '@litemaas/scripts/console'
import type { TestProject } from 'vitest/node'

const needDatabase = new Set(['integration', 'security', 'acceptance'])
/** They open the product's first page, and several would build it at once. */
const needConsole = new Set(['security', 'acceptance', 'scripts'])

/** Starts the shared PostgreSQL and builds the console once for all projects, where one of the chosen ones needs it. */
export default async function setup(root: TestProject): Promise<(() => Promise<void>) | undefined> {
  const isNeeded = (by: ReadonlySet<string>) => root.vitest.projects.some((project) => by.has(project.name))
  if (isNeeded(needConsole)) await supplyBuiltConsole((sentence) => console.log(sentence))
  if (!isNeeded(needDatabase)) return undefined
  const { default: startDatabase } = await import('./support/global-setup.ts')
  return startDatabase(root)
}
