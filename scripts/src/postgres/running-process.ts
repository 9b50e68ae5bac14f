import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** Whether a process with this number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function commandOf(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8')).replaceAll('\0', ' ')
  } catch {
    return spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  }
}

/** Whether the process lives and its command line holds one of `marks`: numbers are used again by other programs. */
export async function isRunning(pid: number, ...marks: string[]): Promise<boolean> {
  if (!isAlive(pid)) return false
  const command = await commandOf(pid)
  return marks.some((mark) => command.includes(mark))
}
