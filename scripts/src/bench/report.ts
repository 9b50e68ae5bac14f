import { kinds, type Kind } from './calls.ts'
import type { Books } from './books.ts'
import type { Sample } from './rounds.ts'
import { spreadOf, type Spread } from './statistics.ts'

export const names = {
  direct: 'direct to the mock',
  undici: 'bare undici pipe',
  proxy: '@fastify/http-proxy',
  gateway: 'LiteMaaS gateway',
} as const

/** Aims of the gateway's own cost, for the eye: nothing fails when they are missed. */
const AIMS = { ratio: 1, addedMs: 0.6 }

export interface Ratios {
  readonly kind: Kind
  /** Requests per second, the gateway's through the other's, round by round. */
  readonly throughHttpProxy: Spread
  readonly throughUndici: Spread
  /** Processor time of a request in the gateway through that in the other. */
  readonly processorToHttpProxy: Spread
  /** Above the direct way at one connection; milliseconds. */
  readonly addedFirstByteMs: Readonly<Record<string, Spread>>
  readonly addedLastByteMs: Readonly<Record<string, Spread>>
}

type Figure = (sample: Sample) => number

function paired(
  samples: readonly Sample[],
  kind: Kind,
  one: string,
  other: string,
  figure: (a: Sample, b: Sample) => number,
): Spread {
  const of = (name: string, round: number) =>
    samples.find((sample) => sample.kind === kind && sample.target === name && sample.round === round)
  const rounds = [...new Set(samples.map((sample) => sample.round))]
  return spreadOf(
    rounds.flatMap((round) => {
      const a = of(one, round)
      const b = of(other, round)
      return a && b ? [figure(a, b)] : []
    }),
  )
}

export function ratiosOf(samples: readonly Sample[]): Ratios[] {
  const others = [names.undici, names.proxy, names.gateway]
  return kinds.map((kind) => {
    const quotient = (other: string, figure: Figure) =>
      paired(samples, kind, names.gateway, other, (a, b) => figure(a) / figure(b))
    const added = (figure: Figure) =>
      Object.fromEntries(
        others.map((name) => [
          name,
          paired(samples, kind, name, names.direct, (a, b) => figure(a) - figure(b)),
        ]),
      )
    return {
      kind,
      throughHttpProxy: quotient(names.proxy, (sample) => sample.requestsPerSecond),
      throughUndici: quotient(names.undici, (sample) => sample.requestsPerSecond),
      processorToHttpProxy: quotient(names.proxy, (sample) => sample.processorMicros ?? Number.NaN),
      addedFirstByteMs: added((sample) => sample.firstByteMs),
      addedLastByteMs: added((sample) => sample.lastByteMs),
    }
  })
}

const title: Readonly<Record<Kind, string>> = { json: 'JSON', sse: 'SSE' }
const show = ({ median, low, high }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
const verdict = (isMet: boolean): string => (isMet ? 'aim met' : 'aim missed')

function ratioLines(ratios: Ratios): string[] {
  const { kind, throughHttpProxy, throughUndici, processorToHttpProxy, addedFirstByteMs, addedLastByteMs } =
    ratios
  const lines = [
    [
      `requests/s, gateway / http-proxy`,
      show(throughHttpProxy, 2),
      verdict(throughHttpProxy.median >= AIMS.ratio),
    ],
    [`requests/s, gateway / undici`, show(throughUndici, 2), ''],
    [`processor time, gateway / http-proxy`, show(processorToHttpProxy, 2), ''],
  ]
  const first = addedFirstByteMs[names.gateway]
  const last = addedLastByteMs[names.gateway]
  if (first && kind === 'sse')
    lines.push(['added until the first event, ms', show(first, 3), verdict(first.median <= AIMS.addedMs)])
  if (last)
    lines.push([
      `added until the last byte, ms`,
      show(last, 3),
      kind === 'json' ? verdict(last.median <= AIMS.addedMs) : '',
    ])
  return lines.map(([what = '', value = '', note = '']) =>
    `  ${title[kind].padEnd(5)}${what.padEnd(38)}${value.padEnd(26)}${note}`.trimEnd(),
  )
}

function tableLines(samples: readonly Sample[], ratios: readonly Ratios[]): string[] {
  const percent = (value: number): string =>
    Number.isNaN(value) ? '-' : `${Math.round(value * 100).toString()} %`
  const rows = kinds.flatMap((kind) =>
    Object.values(names).map((name) => {
      const own = samples.filter((sample) => sample.kind === kind && sample.target === name)
      const of = (figure: (sample: Sample) => number | undefined) =>
        spreadOf(own.map((sample) => figure(sample) ?? Number.NaN))
      const added = ratios.find((one) => one.kind === kind)?.addedLastByteMs[name]
      const processor = of((sample) => sample.processorMicros)
      return [
        title[kind],
        name,
        show(
          of((sample) => sample.requestsPerSecond),
          0,
        ),
        Number.isNaN(processor.median) ? '-' : show(processor, 0),
        show(
          of((sample) => sample.lastByteMs),
          3,
        ),
        added ? show(added, 3) : '-',
        percent(of((sample) => sample.targetShare).median),
        percent(of((sample) => sample.foreignShare).median),
        percent(of((sample) => sample.loadShare).median),
      ]
    }),
  )
  const head = ['', '', 'requests/s at 50', 'µs cpu', 'ms at 1', 'ms added', 'server', 'others', 'load']
  const widths = head.map((one, column) =>
    Math.max(one.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return [head, ...rows].map((row) =>
    row
      .map((one, column) => one.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

export function bookLines(books: Books): string[] {
  const budgets = books.budgets.map(({ level, spent }) => `${level} ${spent.toString()}`).join(', ')
  return [
    `books: ${String(books.calls)} calls, ${String(books.reachedUpstream)} at the model, ${String(books.rows)} usage rows, ${books.cost.toString()} nano-USD; spent by budget: ${budgets}`,
    ...(books.faults.length === 0
      ? ['books: they balance']
      : books.faults.map((fault) => `books: VOID, ${fault}`)),
  ]
}

/** More than this share of the server's core taken by strangers, and the figures are about them. */
const QUIET = 0.1

function warningLines(samples: readonly Sample[]): string[] {
  const served = samples.filter((sample) => sample.processorMicros !== undefined)
  const { median, high } = spreadOf(served.map((sample) => sample.foreignShare ?? 0))
  if (median <= QUIET) return []
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
  return [
    `NOT QUIET: strangers took ${percent(median)} of the server's core (up to ${percent(high)}). Requests/s and latency then tell little; the lowest processor times tell most.`,
  ]
}

/** Ratios first: they mean something on another machine, the absolute figures do not. */
export function report(parts: {
  samples: readonly Sample[]
  books: Books
  machine: string
  plan: string
}): string {
  const ratios = ratiosOf(parts.samples)
  return [
    '',
    'Ratios: median of the rounds (lowest to highest)',
    ...ratios.flatMap(ratioLines),
    '',
    ...tableLines(parts.samples, ratios),
    '',
    'ms at 1: until the last byte, one connection. server, others: shares of the server core used by the server and by strangers; load: use of the load core.',
    ...warningLines(parts.samples),
    ...bookLines(parts.books),
    `measured: ${parts.plan}`,
    `machine: ${parts.machine}`,
  ].join('\n')
}
