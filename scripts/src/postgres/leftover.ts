import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, isRunning } from './running-process.ts'

/**
 * A start that was killed may leave its PostgreSQL running on the folder. Stops it and says so; removes a
 * postmaster.pid whose number now belongs to another program.
 */
export async function stopLeftover(folder: string): Promise<string[]> {
  const pidFile = join(folder, 'postmaster.pid')
  const content = await readFile(pidFile, 'utf8').catch(() => undefined)
  if (content === undefined) return []
  const pid = Number.parseInt(content, 10)
  // A dead process's file is PostgreSQL's own affair: it also checks shared memory before it takes over.
  if (!isAlive(pid)) return []
  if (!(await isRunning(pid, folder))) {
    await rm(pidFile, { force: true })
    return []
  }
  try {
    process.kill(pid, 'SIGINT')
  } catch (cause) {
    throw new Error(
      `PostgreSQL (process ${String(pid)}) of another user already runs on ${folder}: stop it first.`,
      { cause },
    )
  }
  for (let waited = 0; waited < 15_000 && isAlive(pid); waited += 50) await sleep(50)
  if (isAlive(pid)) {
    throw new Error(
      `PostgreSQL (process ${String(pid)}) still runs on ${folder}: stop it (kill ${String(pid)}).`,
    )
  }
  return ['Stopped the PostgreSQL that an earlier, killed start had left running.']
}
