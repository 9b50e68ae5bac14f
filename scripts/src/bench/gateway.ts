// What the gateway costs: `npm run bench:gateway`. See `--help`.
import { writeFile } from 'node:fs/promises'
import { checkBooks } from './books.ts'
import { LOAD_CORE, machineLine, pinOurselves, SERVER_CORE } from './cores.ts'
import { readOptions, usage, type Options } from './options.ts'
import { startPart } from './part-process.ts'
import { profileGateway } from './profile-run.ts'
import { names, ratiosOf, report } from './report.ts'
import { Bench } from './rounds.ts'
import { startStack } from './stack.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function compare({ plan, jsonFile }: Options): Promise<void> {
  const machine = machineLine()
  const parts: Array<{ stop(): Promise<void> }> = []
  const started = async <T extends { stop(): Promise<void> }>(part: Promise<T>): Promise<T> => {
    parts.push(await part)
    return part
  }
  try {
    say('starting PostgreSQL, the mock, the proxies and the server')
    const stack = await started(startStack({ core: LOAD_CORE }))
    const pipe = await started(startPart('undici-pipe', stack.upstream.url, SERVER_CORE))
    const proxy = await started(startPart('http-proxy', stack.upstream.url, SERVER_CORE))
    const load = await started(startPart('load', '', LOAD_CORE))
    const bench = new Bench({
      targets: [
        { name: names.direct, url: stack.upstream.url, pid: undefined },
        { name: names.undici, url: pipe.url, pid: pipe.pid },
        { name: names.proxy, url: proxy.url, pid: proxy.pid },
        { name: names.gateway, url: stack.url, pid: stack.pid },
      ],
      load,
      authorization: `Bearer ${stack.key.secret}`,
      plan,
      say,
    })
    const samples = await bench.run()
    const books = await checkBooks(stack, bench.callsTo(names.gateway))
    const description = `${String(plan.rounds)} rounds of ${String(plan.seconds)} s at ${String(plan.connections)} connections and ${String(plan.latencyRequests)} requests at 1, ${new Date().toISOString()}`
    console.log(report({ samples, books, machine, plan: description }))
    if (jsonFile !== undefined) {
      const all = {
        measuredAt: new Date().toISOString(),
        machine,
        plan,
        ratios: ratiosOf(samples),
        samples,
        books,
      }
      const asText = (_name: string, value: unknown): unknown =>
        typeof value === 'bigint' ? value.toString() : value
      await writeFile(jsonFile, `${JSON.stringify(all, asText, 2)}\n`)
    }
    if (books.faults.length > 0) process.exitCode = 1
  } finally {
    for (const part of parts.reverse()) await part.stop()
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  pinOurselves()
  if (options === 'help') console.log(usage)
  else if (options.isProfile) console.log(await profileGateway(options.plan, options.jsonFile, say))
  else await compare(options)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
