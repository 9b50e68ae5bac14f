import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { resetBudgets } from './budget-windows.ts'
import { demoModelRow, demoModels, type DemoModel } from './demo-models.ts'
import { createSimulatorServer } from './server.ts'
import { State, type Profile } from './state.ts'

export { predictUsage } from './chat.ts'
export { demoModels, type DemoModel } from './demo-models.ts'
export { countContentTokens, countPromptTokens, countTokens } from './tokens.ts'
export type { RecordedCall } from './calls.ts'
export type { SpendLog, UsageCount } from './spend.ts'
export type { Profile } from './state.ts'

const resetIntervalMs = 600_000
const callbackIntervalMs = 5000

export interface SimulatorOptions {
  host?: string
  port?: number
  masterKey: string
  /** A file, made when missing, or `:memory:`. */
  databasePath: string
  /** The LiteLLM release to imitate; `1.92` unless told otherwise. */
  profile?: Profile
  /** Offered by a fresh database; afterwards the stored models count. */
  models?: readonly DemoModel[]
  /** Pause between two frames of a stream. */
  chunkDelayMs?: number
  /** How late spend reaches rows and logs; LiteLLM takes 10 to 15 s. */
  spendLagMs?: number
}

export interface RunningSimulator {
  url: string
  port: number
  /** Flushes, closes every connection and the database. */
  close(): Promise<void>
}

function seed(state: State, models: readonly DemoModel[]): void {
  if (state.settings.has('seeded')) return
  const now = new Date().toISOString()
  for (const model of models) {
    const id = `demo-${model.name.replaceAll('/', '-')}`
    state.models.put(id, demoModelRow(model, id, now))
  }
  state.settings.put('seeded', now)
}

/** Starts a simulated LiteLLM proxy. Throws when the master key is unfit or the port is taken. */
export async function startLiteLLMSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { masterKey, databasePath, host = '127.0.0.1' } = options
  if (masterKey === 'sk-1234')
    throw new Error("The master key is the documentation's example sk-1234; choose a secret of your own.")
  if (!masterKey.startsWith('sk-') || masterKey.length < 12) {
    throw new Error('The master key must start with sk- and have at least 12 characters.')
  }
  if (databasePath !== ':memory:') mkdirSync(dirname(databasePath), { recursive: true })
  const state = new State({
    masterKey,
    databasePath,
    profile: options.profile ?? '1.92',
    chunkDelayMs: options.chunkDelayMs ?? 0,
  })
  seed(state, options.models ?? demoModels)
  const server = createSimulatorServer(state)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port ?? 0, host, resolve)
    })
  } catch (error) {
    state.storage.close()
    throw error
  }
  const report = (error: unknown): void => console.error('litellm simulator:', error)
  const flushing = setInterval(() => void state.spend.flush().catch(report), options.spendLagMs ?? 10_000)
  const pushing = setInterval(() => void state.callback.flush().catch(report), callbackIntervalMs)
  const resetting = setInterval(() => resetBudgets(state, new Date()), resetIntervalMs)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    port,
    async close() {
      clearInterval(flushing)
      clearInterval(pushing)
      clearInterval(resetting)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      // Streams that were cut book what they had produced.
      await state.openStreams.settled()
      await state.spend.flush()
      await state.callback.flush()
      state.storage.close()
    },
  }
}
