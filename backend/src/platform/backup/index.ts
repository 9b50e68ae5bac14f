/** Copies of a whole database in one sealed file: written from one moment, proven when read, loaded where they fit. Knows no table. */
export { DamagedBackup } from './damaged-backup.ts'
export { assertFits, loadBackup } from './load-backup.ts'
export { Manifest, rowsIn } from './manifest.ts'
export { readBackup } from './read-backup.ts'
export { writeBackup, type WrittenBackup } from './write-backup.ts'
