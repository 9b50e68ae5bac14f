import { resolve } from 'node:path'
import { configured } from '../launcher/environment.ts'
import { portChooser } from '../launcher/parts.ts'
import { dataFolder, makeDataFolder } from '../launcher/places.ts'
import { lastPorts, lockDataFolder } from '../launcher/runtime.ts'
import { loadSecrets } from '../launcher/secrets.ts'
import { supplyDatabase } from '../launcher/supply-database.ts'

export interface OwnerAccess {
  ownerUrl: string
  keys: { current: string; previous?: string | undefined }
  /** Where the launcher's server keeps its backups. */
  backups: string
}

/**
 * Runs work with the owner's rights: on the configured database, else on that of this clone's launcher, which must not run.
 * @throws Error with one sentence that says what to set or to stop.
 */
export async function withOwner<T>(work: (access: OwnerAccess) => Promise<T>): Promise<T> {
  const given = configured(process.env)
  const ownerUrl = given['DATABASE_OWNER_URL']
  const folder = dataFolder()
  const backups = resolve(given['BACKUP_DIRECTORY'] ?? `${folder}/backups`)
  if (ownerUrl !== undefined) {
    const current = given['ENCRYPTION_KEY']
    if (current === undefined)
      throw new Error('Set ENCRYPTION_KEY to the value that the servers have: the backup was sealed with it.')
    return work({ ownerUrl, keys: { current, previous: given['ENCRYPTION_KEY_PREVIOUS'] }, backups })
  }
  if (given['DATABASE_URL'] !== undefined)
    throw new Error('Set DATABASE_OWNER_URL=postgres://litemaas_owner:<password>@<host>/<database>, too.')
  await makeDataFolder(folder)
  const unlock = await lockDataFolder(folder)
  try {
    const secrets = await loadSecrets(folder)
    const { database, part } = await supplyDatabase({
      folder,
      given,
      secrets,
      port: portChooser(await lastPorts(folder)).choose,
      say: (sentence) => console.log(sentence),
      fail: (sentence) => console.error(sentence),
    })
    try {
      const current = given['ENCRYPTION_KEY'] ?? secrets.ENCRYPTION_KEY
      return await work({ ownerUrl: database.owner ?? '', keys: { current }, backups })
    } finally {
      await part.stop()
    }
  } finally {
    await unlock()
  }
}
