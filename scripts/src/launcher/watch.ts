import { watch } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './places.ts'

const QUIET_MS = 200

/** Calls `onChange` once per burst of changes under backend/src, one call after the other. Answers how to end it. */
export function watchSources(onChange: (file: string) => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined
  let last: Promise<void> = Promise.resolve()
  const watcher = watch(join(repositoryRoot, 'backend', 'src'), { recursive: true }, (_event, file) => {
    if (file === null || !/\.(ts|json)$/.test(file) || file.endsWith('.test.ts')) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      last = last.then(async () => onChange(file))
    }, QUIET_MS)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
