/** The file is not, or not any more, what was once written; or it does not fit. Nothing was changed. */
export class DamagedBackup extends Error {
  override readonly name = 'DamagedBackup'
}
