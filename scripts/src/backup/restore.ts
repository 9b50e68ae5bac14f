// `npm run db:restore -- <file> --confirm <installation>`: puts a backup in the place of everything in the database.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { nameOfInstallation, restoreBackup, restoreLiteLLM } from '@litemaas/backend/backup'
import { withOwner } from './owner-access.ts'

const USAGE =
  'npm run db:restore -- <file> --confirm <name of the installation> [--new-installation | --litellm]; stop the servers first.'

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      confirm: { type: 'string' },
      'new-installation': { type: 'boolean', default: false },
      litellm: { type: 'boolean', default: false },
    },
  })
  const [given, ...rest] = positionals
  if (given === undefined || rest.length > 0) throw new Error(USAGE)
  await withOwner(async ({ ownerUrl, keys, backups }) => {
    const path = existsSync(given) ? given : join(backups, basename(given))
    if (!existsSync(path)) throw new Error(`There is no file ${given}, here or in ${backups}.`)
    const onProgress = (text: string): void => console.log(`${text} ...`)
    if (values.litellm) {
      const litellmUrl = process.env['LITELLM_DATABASE_URL']
      if (!litellmUrl)
        throw new Error('Set LITELLM_DATABASE_URL to LiteLLM’s database, as the owner of its tables.')
      const confirmation = values.confirm ?? ''
      const { rows } = await restoreLiteLLM({ path, ownerUrl: litellmUrl, keys, confirmation, onProgress })
      console.log(`Restored ${String(rows)} rows of LiteLLM’s database. Start LiteLLM again.`)
      return
    }
    if (values.confirm === undefined) {
      const name = await nameOfInstallation(ownerUrl)
      throw new Error(
        `Everything in this database will be replaced by the backup. If you mean it, add: --confirm ${name}`,
      )
    }
    const report = await restoreBackup({
      path,
      ownerUrl,
      keys,
      confirmation: values.confirm,
      isNewInstallation: values['new-installation'],
      onProgress,
    })
    const { manifest, rows, withdrawn, forgotten, installation } = report
    console.log(
      [
        `Restored ${String(rows)} rows in ${String(manifest.tables.length)} tables, as they were at ${manifest.createdAt}.`,
        `Taken away again, because that happened since: ${String(withdrawn.keys)} keys, ${String(withdrawn.secrets)} secrets, ${String(withdrawn.people)} people, ${String(withdrawn.clients)} service clients.`,
        `Not done a second time: ${String(forgotten.intents)} changes at LiteLLM, ${String(forgotten.jobs)} jobs, ${String(forgotten.messages)} messages.`,
        `Everybody must sign in again. The installation is called ${installation}. Start the servers.`,
      ].join('\n'),
    )
  })
} catch (error) {
  console.error(`Nothing was restored: ${(error as Error).message}`)
  process.exitCode = 1
}
