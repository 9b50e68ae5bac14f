// `npm run db:adopt -- --new-installation`: gives a copy of a database a name of its own, before its first start.
import { parseArgs } from 'node:util'
import { adoptAsNew } from '@litemaas/backend/backup'
import { withOwner } from './owner-access.ts'

try {
  const { values } = parseArgs({ options: { 'new-installation': { type: 'boolean', default: false } } })
  if (!values['new-installation'])
    throw new Error(
      'npm run db:adopt -- --new-installation; objects at LiteLLM that carry the old name are somebody else’s from then on.',
    )
  const name = await withOwner(({ ownerUrl }) => adoptAsNew(ownerUrl))
  console.log(`This installation is called ${name} now. Restart its servers.`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
