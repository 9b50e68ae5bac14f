import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repositoryRoot } from '../launcher/places.ts'

interface Frame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

export interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number
    readonly callFrame: Frame
    readonly children?: readonly number[]
  }>
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
  /** Microseconds of the system's monotonic clock. */
  readonly startTime: number
}

/** Between two readings of the monotonic clock, in microseconds. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Time by name, largest first; microseconds. */
export type Times = ReadonlyArray<readonly [name: string, micros: number]>

export const monotonicMicros = (): number => Number(process.hrtime.bigint() / 1000n)

export async function readProfile(folder: string): Promise<CpuProfile> {
  const name = (await readdir(folder)).find((one) => one.endsWith('.cpuprofile'))
  if (name === undefined) throw new Error('The server left no profile.')
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile
}

/** A path as a person would name it. */
function placeOf(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  const packages = path.lastIndexOf('node_modules/')
  if (packages !== -1) return path.slice(packages + 'node_modules/'.length)
  return path.startsWith(repositoryRoot) ? path.slice(repositoryRoot.length + 1) : path
}

/** The room that a function belongs to: a package, one of our folders, a part of Node. */
function roomOf(url: string, functionName: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'node (native)'
  const place = placeOf(url)
  if (place.startsWith('node:')) return place.split('/').slice(0, 2).join('/')
  if (place.startsWith('backend/'))
    return place
      .split('/')
      .slice(0, 4)
      .join('/')
      .replace(/\/[^/]+\.ts$/, '')
  return place
    .split('/')
    .slice(0, place.startsWith('@') ? 2 : 1)
    .join('/')
}

const nameOf = ({ functionName, url, lineNumber }: Frame): string =>
  `${functionName || '(anonymous)'}  ${url === '' ? '' : `${placeOf(url)}:${String(lineNumber + 1)}`}`.trimEnd()

/** Where the time between two moments went. */
export interface Breakdown {
  readonly selfByRoom: Times
  readonly selfByFunction: Times
  /** With everything that was called from there: how much an own function or a package's entry costs altogether. */
  readonly totalByFunction: Times
}

class Sums {
  readonly #sums = new Map<string, number>()

  add(name: string, micros: number): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + micros)
  }

  get sorted(): Times {
    return [...this.#sums].sort((a, b) => b[1] - a[1])
  }
}

export function breakDown(profile: CpuProfile, { from, to }: Window): Breakdown {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map(
    profile.nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id])),
  )
  const selfByNode = new Map<number, number>()
  let at = profile.startTime
  profile.samples.forEach((id, index) => {
    const delta = profile.timeDeltas[index] ?? 0
    at += delta
    if (at >= from && at <= to && delta > 0) selfByNode.set(id, (selfByNode.get(id) ?? 0) + delta)
  })
  const rooms = new Sums()
  const functions = new Sums()
  const totals = new Sums()
  for (const [id, micros] of selfByNode) {
    const frame = nodes.get(id)?.callFrame
    if (!frame) continue
    rooms.add(roomOf(frame.url, frame.functionName), micros)
    functions.add(nameOf(frame), micros)
    // A function that calls itself counts once.
    const above = new Set<string>()
    for (let node: number | undefined = id; node !== undefined; node = parents.get(node)) {
      const one = nodes.get(node)?.callFrame
      if (one && one.url !== '' && !one.url.startsWith('wasm:')) above.add(nameOf(one))
    }
    for (const name of above) totals.add(name, micros)
  }
  return { selfByRoom: rooms.sorted, selfByFunction: functions.sorted, totalByFunction: totals.sorted }
}
