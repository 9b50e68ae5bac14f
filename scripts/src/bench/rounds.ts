import { kinds, type Kind } from './calls.ts'
import { busySeconds, LOAD_CORE, processorSeconds, SERVER_CORE } from './cores.ts'
import type { Latency, LatencyRun, Throughput, ThroughputRun } from './load.ts'
import type { Plan } from './options.ts'
import type { PartProcess } from './part-process.ts'
import { median } from './statistics.ts'

export interface Target {
  readonly name: string
  readonly url: string
  /** The process whose processor time counts; undefined for the direct way. */
  readonly pid: number | undefined
}

/** One target in one round, one kind of answer. */
export interface Sample {
  readonly target: string
  readonly kind: Kind
  readonly round: number
  readonly requestsPerSecond: number
  /** Processor time of the target per request; microseconds. */
  readonly processorMicros: number | undefined
  /** Shares of a core: what the target used, what others took from its core, and how busy the load's core was. */
  readonly targetShare: number | undefined
  readonly foreignShare: number | undefined
  readonly loadShare: number | undefined
  /** Medians at one connection; milliseconds. */
  readonly firstByteMs: number
  readonly lastByteMs: number
}

type Speed = Omit<Sample, 'firstByteMs' | 'lastByteMs' | 'round'>

const WARM_UP: Readonly<Record<Kind, number>> = { json: 4000, sse: 1200 }
/** Latency is taken in small blocks in turn, so that a busy moment of the machine hits every target alike. */
const BLOCK = 50

/** Measures targets against each other, and counts what each was asked. */
export class Bench {
  readonly #targets: readonly Target[]
  readonly #load: PartProcess
  readonly #authorization: string
  readonly #plan: Plan
  readonly #say: (line: string) => void
  readonly #calls = new Map<string, number>()

  constructor(parts: {
    targets: readonly Target[]
    load: PartProcess
    authorization: string
    plan: Plan
    say: (line: string) => void
  }) {
    this.#targets = parts.targets
    this.#load = parts.load
    this.#authorization = parts.authorization
    this.#plan = parts.plan
    this.#say = parts.say
  }

  /** Calls made to a target so far, all of them answered with success. */
  callsTo(name: string): number {
    return this.#calls.get(name) ?? 0
  }

  /** Warm-up, then the interleaved rounds. */
  async run(): Promise<Sample[]> {
    this.#say('warming up')
    const amounts = new Map<string, number>()
    for (const kind of kinds)
      for (const target of this.#targets)
        amounts.set(`${target.name} ${kind}`, await this.warmUp(target, kind))
    const samples: Sample[] = []
    for (let round = 1; round <= this.#plan.rounds; round += 1) {
      this.#say(`round ${String(round)} of ${String(this.#plan.rounds)}`)
      for (const kind of kinds) {
        const speeds: Speed[] = []
        for (const target of this.#targets)
          speeds.push(await this.throughput(target, kind, amounts.get(`${target.name} ${kind}`) ?? 1000))
        const latencies = await this.#latencies(kind)
        for (const speed of speeds) {
          const latency = latencies.get(speed.target)
          samples.push({
            ...speed,
            round,
            firstByteMs: median(latency?.first ?? []),
            lastByteMs: median(latency?.last ?? []),
          })
        }
      }
    }
    return samples
  }

  /** Answers how many requests fill one throughput run. */
  async warmUp(target: Target, kind: Kind): Promise<number> {
    for (let repeats = 0; repeats < 2; repeats += 1) await this.throughput(target, kind, WARM_UP[kind])
    const { requestsPerSecond } = await this.throughput(target, kind, WARM_UP[kind])
    return Math.max(this.#plan.connections, Math.round(requestsPerSecond * this.#plan.seconds))
  }

  async throughput(target: Target, kind: Kind, amount: number): Promise<Speed> {
    const before = this.#clocks(target)
    const run: ThroughputRun = {
      task: 'throughput',
      url: target.url,
      kind,
      authorization: this.#authorization,
      connections: this.#plan.connections,
      amount,
    }
    const { completed, failed, requestsPerSecond } = await this.#load.ask<Throughput>(run)
    const after = this.#clocks(target)
    const seconds = (after.at - before.at) / 1000
    if (failed > 0 || completed !== amount)
      throw new Error(`${target.name}: of ${String(amount)} ${kind} requests ${String(completed)} succeeded.`)
    this.#count(target, completed)
    const used = difference(after.target, before.target)
    const busy = difference(after.server, before.server)
    const load = difference(after.load, before.load)
    return {
      target: target.name,
      kind,
      requestsPerSecond,
      processorMicros: used === undefined ? undefined : (used / completed) * 1e6,
      targetShare: used === undefined ? undefined : used / seconds,
      foreignShare: busy === undefined ? undefined : Math.max(0, busy - (used ?? 0)) / seconds,
      loadShare: load === undefined ? undefined : load / seconds,
    }
  }

  async #latencies(kind: Kind): Promise<Map<string, { first: number[]; last: number[] }>> {
    const all = new Map(
      this.#targets.map((target) => [target.name, { first: [] as number[], last: [] as number[] }]),
    )
    for (let done = 0; done < this.#plan.latencyRequests; done += BLOCK) {
      for (const target of this.#targets) {
        const run: LatencyRun = {
          task: 'latency',
          url: target.url,
          kind,
          authorization: this.#authorization,
          amount: BLOCK,
        }
        const { first, last } = await this.#load.ask<Latency>(run)
        this.#count(target, last.length)
        all.get(target.name)?.first.push(...first)
        all.get(target.name)?.last.push(...last)
      }
    }
    return all
  }

  #count(target: Target, calls: number): void {
    this.#calls.set(target.name, this.callsTo(target.name) + calls)
  }

  #clocks(target: Target) {
    return {
      at: performance.now(),
      target: target.pid === undefined ? undefined : processorSeconds(target.pid),
      server: busySeconds(SERVER_CORE),
      load: busySeconds(LOAD_CORE),
    }
  }
}

const difference = (after: number | undefined, before: number | undefined): number | undefined =>
  after === undefined || before === undefined ? undefined : after - before
