import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkBooks } from './books.ts'
import { kinds, type Kind } from './calls.ts'
import { LOAD_CORE } from './cores.ts'
import {
  breakDown,
  monotonicMicros,
  readProfile,
  type Breakdown,
  type Times,
  type Window,
} from './cpu-profile.ts'
import type { Plan } from './options.ts'
import { startPart } from './part-process.ts'
import { bookLines, names } from './report.ts'
import { Bench } from './rounds.ts'
import { startStack } from './stack.ts'

const TOP_ROOMS = 18
const TOP_FUNCTIONS = 40
const TOP_TOTALS = 70
const PROFILE_SECONDS = 8

/** Loads the gateway alone under V8's profiler and answers where its processor time goes, per kind of answer. */
export async function profileGateway(
  plan: Plan,
  profileFile: string | undefined,
  say: (line: string) => void,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'litemaas-profile-'))
  const load = await startPart('load', '', LOAD_CORE)
  try {
    const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=250']
    const stack = await startStack({ core: LOAD_CORE, nodeArguments })
    try {
      const target = { name: names.gateway, url: stack.url, pid: stack.pid }
      const bench = new Bench({
        targets: [target],
        load,
        authorization: `Bearer ${stack.key.secret}`,
        plan: { ...plan, seconds: PROFILE_SECONDS },
        say,
      })
      const windows = new Map<Kind, Window & { calls: number }>()
      for (const kind of kinds) {
        say(`profiling ${kind}`)
        const amount = await bench.warmUp(target, kind)
        const from = monotonicMicros()
        await bench.throughput(target, kind, amount)
        windows.set(kind, { from, to: monotonicMicros(), calls: amount })
      }
      const books = await checkBooks(stack, bench.callsTo(target.name))
      await stack.stopServer()
      const profile = await readProfile(folder)
      if (profileFile !== undefined) await writeFile(profileFile, JSON.stringify(profile))
      const parts = [...windows].flatMap(([kind, window]) =>
        section(kind, window.calls, breakDown(profile, window)),
      )
      return [...parts, ...bookLines(books)].join('\n')
    } finally {
      await stack.stop()
    }
  } finally {
    await load.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function section(kind: Kind, calls: number, times: Breakdown): string[] {
  const total = times.selfByRoom.reduce((sum, [name, micros]) => sum + (name === '(idle)' ? 0 : micros), 0)
  const lines = (list: Times, count: number) =>
    list
      .filter(([name]) => name !== '(idle)')
      .slice(0, count)
      .map(
        ([name, micros]) =>
          `${((100 * micros) / total).toFixed(1).padStart(6)} %  ${(micros / calls).toFixed(2).padStart(8)} µs  ${name}`,
      )
  return [
    '',
    `${kind}: ${String(calls)} calls, ${(total / calls).toFixed(1)} µs of the main thread each (profiled, idle left out)`,
    '',
    'by room, self time',
    ...lines(times.selfByRoom, TOP_ROOMS),
    '',
    'by function, self time',
    ...lines(times.selfByFunction, TOP_FUNCTIONS),
    '',
    'by function, with all that it calls',
    ...lines(times.totalByFunction, TOP_TOTALS),
  ]
}
