// One part of the bench as a process of its own: `main.ts upstream|undici-pipe|http-proxy|load`. Started by gateway.ts.
import { startHttpProxy, startUndiciPipe } from './bare-proxies.ts'
import { runLatency, runThroughput, type LatencyRun, type ThroughputRun } from './load.ts'
import { startUpstream } from './upstream.ts'

type Question = { task: 'counts' } | ThroughputRun | LatencyRun

const [role = '', behind = ''] = process.argv.slice(2)

function answer(work: (question: Question) => unknown): void {
  process.on('message', (question: Question) => {
    void (async () => {
      try {
        process.send?.({ answer: await work(question) })
      } catch (error) {
        process.send?.({ failure: error instanceof Error ? error.message : String(error) })
      }
    })()
  })
}

process.on('disconnect', () => process.exit(0))

switch (role) {
  case 'upstream': {
    const { port, counts } = await startUpstream(behind)
    answer(() => counts)
    process.send?.({ port })
    break
  }
  case 'undici-pipe':
    process.send?.({ port: await startUndiciPipe(behind) })
    break
  case 'http-proxy':
    process.send?.({ port: await startHttpProxy(behind) })
    break
  case 'load':
    answer((question) => {
      if (question.task === 'throughput') return runThroughput(question)
      if (question.task === 'latency') return runLatency(question)
      return undefined
    })
    process.send?.({ port: 0 })
    break
  default:
    throw new Error(`The bench has no part called “${role}”.`)
}
