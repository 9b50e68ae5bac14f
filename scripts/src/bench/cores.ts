// Who runs where, and how much processor time it takes.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, platform } from 'node:os'

/** The server under test has this core for itself; load, mocks and PostgreSQL share the other. */
export const SERVER_CORE = 0
export const LOAD_CORE = 1

const TICKS_PER_SECOND = 100

function findTaskset(): boolean {
  if (platform() !== 'linux' || cpus().length < 2) return false
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const canPin = findTaskset()

/** Puts this process, and what it will start, on the load's core. */
export function pinOurselves(): void {
  if (canPin) execFileSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' })
}

/** The command line that runs a program on one core. */
export function onCore(core: number, program: string, args: readonly string[]): [string, string[]] {
  return canPin ? ['taskset', ['-c', String(core), program, ...args]] : [program, [...args]]
}

/** Processor seconds that a process has used so far, all its threads; undefined where the system does not tell. */
export function processorSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    // The second field, the name, may hold blanks; what follows it may not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return undefined
  }
}

/** Seconds that a core has been busy, whoever used it. */
export function busySeconds(core: number): number | undefined {
  try {
    const line = readFileSync('/proc/stat', 'utf8')
      .split('\n')
      .find((one) => one.startsWith(`cpu${String(core)} `))
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (line ?? '')
      .split(/ +/)
      .slice(1)
      .map(Number)
    return line === undefined ? undefined : (user + nice + system + irq + softirq) / TICKS_PER_SECOND
  } catch {
    return undefined
  }
}

/** One line about where this was measured, without which the figures mean little. */
export function machineLine(): string {
  const [first] = cpus()
  const pinning = canPin
    ? `server on core ${String(SERVER_CORE)}, load, mocks and PostgreSQL on core ${String(LOAD_CORE)}`
    : 'not pinned to cores'
  return `${String(cpus().length)} x ${first?.model ?? 'unknown processor'}, ${platform()}, Node ${process.versions.node}, ${pinning}, load average ${(loadavg()[0] ?? 0).toFixed(1)} before`
}
