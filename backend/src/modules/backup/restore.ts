import { PLATFORM_ORGANIZATION_ID, recordAudit } from '#platform/audit'
import { assertFits, DamagedBackup, loadBackup, readBackup, rowsIn, type Manifest } from '#platform/backup'
import { systemCaller } from '#platform/caller'
import { asOwner, replaceContents } from '#platform/database'
import type { CipherKeys } from '#platform/encryption'
import {
  forgetUnfinished,
  installationOf,
  noteWithdrawn,
  renameInstallation,
  withdrawAgain,
} from './after-restore.queries.ts'
import { PRESERVED, TRANSIENT } from './kept-tables.ts'

export interface RestoreOptions {
  readonly path: string
  readonly ownerUrl: string
  readonly keys: CipherKeys
  /** The name of the installation whose rows are to be replaced. */
  readonly confirmation: string
  /** For a copy beside the original, so that neither takes the other's objects at LiteLLM for its own lost ones. */
  readonly isNewInstallation?: boolean
  readonly onProgress?: (text: string) => void
}

export interface RestoreReport {
  readonly manifest: Manifest
  readonly rows: number
  readonly installation: string
  /** What was taken away after the backup was made, and therefore again. */
  readonly withdrawn: Awaited<ReturnType<typeof withdrawAgain>>
  readonly forgotten: { readonly intents: number; readonly jobs: number; readonly messages: number }
}

const WHO = systemCaller('db:restore', PLATFORM_ORGANIZATION_ID)
const NOTHING = { keys: 0, secrets: 0, people: 0, clients: 0 }
const SERVERS = ['litemaas_app', 'litemaas_platform', 'litemaas_backup']

/** What the installation in this database calls itself; typing it is the confirmation of a restore. */
export const nameOfInstallation = (ownerUrl: string): Promise<string> => asOwner(ownerUrl, installationOf)

/**
 * Puts a backup in the place of everything that is there, in one transaction, when no server is connected. The file is proven
 * whole before the database is touched, and compared again when its rows stand there; until the end nothing has changed.
 * @throws DamagedBackup when the file is damaged or does not fit; Error with one sentence when something else is in the way.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const { path, keys, ownerUrl, onProgress } = options
  onProgress?.('reading the file to its end')
  const manifest = await readBackup(path, keys)
  if (manifest.source !== 'litemaas') throw new DamagedBackup('it holds LiteLLM’s database, not ours')
  const { partitions, sequences } = manifest
  return replaceContents(
    { ownerUrl, transient: TRANSIENT, preserved: PRESERVED, partitions, sequences, absentRoles: SERVERS },
    async (tx, shape) => {
      assertFits(manifest, shape)
      const live = await installationOf(tx)
      if (live !== options.confirmation)
        throw new Error(`nothing was changed: this installation is called ${live}; confirm with that name`)
      return { live, ...(await noteWithdrawn(tx)) }
    },
    async (target, tx, { live, hadPeople }) => {
      await loadBackup(path, keys, target, {
        onTable: (_done, _total, name) => onProgress?.(`loading ${name}`),
      })
      // An empty database, or another installation's, knows nothing of what was taken away here.
      const isSame = hadPeople && live === manifest.installation
      const withdrawn = isSame ? await withdrawAgain(tx) : NOTHING
      const forgotten = await forgetUnfinished(tx)
      const installation = options.isNewInstallation ? await renameInstallation(tx) : await installationOf(tx)
      const rows = rowsIn(manifest)
      await recordAudit(tx, WHO, {
        category: 'backup',
        action: 'backup.restored',
        resourceType: 'backup',
        resourceId: manifest.createdAt,
        before: { installation: live },
        after: { installation, rows, withdrawn, forgotten },
      })
      return { manifest, rows, installation, withdrawn, forgotten }
    },
  )
}

/**
 * The same for LiteLLM's own database: its rows are exchanged and nothing else is done, because nothing in it is ours.
 * `confirmation` is `litellm`.
 */
export async function restoreLiteLLM(
  options: Pick<RestoreOptions, 'path' | 'ownerUrl' | 'keys' | 'confirmation' | 'onProgress'>,
): Promise<Pick<RestoreReport, 'manifest' | 'rows'>> {
  const { path, keys, ownerUrl, onProgress } = options
  const manifest = await readBackup(path, keys)
  if (manifest.source !== 'litellm') throw new DamagedBackup('it holds our own database, not LiteLLM’s')
  if (options.confirmation !== 'litellm')
    throw new Error('nothing was changed: confirm with the name litellm')
  const { partitions, sequences } = manifest
  return replaceContents(
    { ownerUrl, transient: [], preserved: [], partitions, sequences, absentRoles: [] },
    async (_tx, shape) => assertFits(manifest, shape),
    async (target) => {
      await loadBackup(path, keys, target, {
        onTable: (_done, _total, name) => onProgress?.(`loading ${name}`),
      })
      return { manifest, rows: rowsIn(manifest) }
    },
  )
}

/** Gives an installation another name: for a copy of a database that LiteLLM knows as the original. Answers it. */
export const adoptAsNew = (ownerUrl: string): Promise<string> =>
  asOwner(ownerUrl, async (tx) => {
    const before = await installationOf(tx)
    const installation = await renameInstallation(tx)
    await recordAudit(tx, WHO, {
      category: 'installation',
      action: 'installation.renamed',
      resourceType: 'installation',
      resourceId: installation,
      before: { installation: before },
      after: { installation },
    })
    return installation
  })
